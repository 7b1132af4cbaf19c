// SPDX-License-Identifier: GPL-3.0-or-later
// Group commit: many changes, one sync. Changes join the open batch; when nothing is being written
// the open batch closes at the end of the strand's turn, and while it is written the next one
// fills. There is no timer: a lone commit costs one sync, and under load a batch grows by itself
// while the sync before it runs.
//
// A failed write fails its batch and then the open one, because what joined it was computed from
// rows that will never exist. For the strand only; docs/spec/store.md#durability.
#pragma once

#include "core/base/asio.h"
#include "core/base/result.h"
#include "core/store/batch_outcome.h"
#include "core/store/listeners.h"
#include "core/store/pending.h"
#include "core/store/store.h"

#include <functional>
#include <memory>
#include <optional>

namespace kith::store {

class GroupCommit {
  public:
    using Done = std::function<void(Result<>)>;

    /// Writes and syncs one batch and calls `done` on the strand, exactly once and later. Nobody
    /// changes the batch until then.
    using Write = std::function<void(const Batch& batch, Done done)>;

    /// `failed` runs when a write has failed: what was pending is forgotten, the waiters still
    /// wait.
    GroupCommit(asio::any_io_executor executor,
                Pending& pending,
                Write write,
                std::function<void(const Error&)> failed);
    GroupCommit(const GroupCommit&) = delete;
    GroupCommit& operator=(const GroupCommit&) = delete;
    ~GroupCommit() = default;

    /// As the Store port says. Changes that are empty wait for all that joined before them.
    BatchTicket join(const Changes& changes);
    [[nodiscard]] Task<Result<>> commit(Changes changes);
    [[nodiscard]] Task<Result<>> wait(BatchTicket ticket);
    void when_synced(BatchTicket ticket, std::function<void(const Result<>&)> done);

    BatchTicket open_batch() const { return BatchTicket(open_); }

    [[nodiscard]] Task<Result<>> room();
    bool is_full() const;
    [[nodiscard]] Subscription on_close(std::function<void(Changes&)> hook);

    /// From now on everything that wants to join fails with this; nullopt: welcome again.
    void refuse(std::optional<Error> why);

    /// Refuses with Cancelled and waits for the last batch; gives its result.
    [[nodiscard]] Task<Result<>> close();

    /// Forgets the open batch and the one in flight as a crash does: waiters wait for ever, and a
    /// write that is still under way is not listened to. For tests.
    void crash();

    /// Batches written and batches failed, changes and rows of the former.
    const Stats& stats() const { return stats_; }

  private:
    using Outcome = std::shared_ptr<BatchOutcome>;  // shared with the tickets

    void close_soon();
    void close_open();
    void written(Result<> result);
    void fall(const Error& error);
    Outcome make_outcome() const;

    asio::any_io_executor executor_;
    Pending& pending_;
    Write write_;
    std::function<void(const Error&)> failed_;
    Listeners<Changes&> hooks_;
    Outcome open_;
    Outcome in_flight_;
    AsyncEvent room_;
    std::optional<Error> refusal_;
    bool closing_ = false;
    bool close_posted_ = false;
    bool falling_ = false;
    Stats stats_;
    // Watched by calls that are posted: they do nothing once this object or its life has ended.
    std::shared_ptr<char> life_ = std::make_shared<char>();
};

}  // namespace kith::store
