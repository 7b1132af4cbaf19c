// SPDX-License-Identifier: GPL-3.0-or-later
// The part of a Store that does not depend on where rows lie: pending changes over stored rows,
// group commit, state and listeners. RocksStore and the tests' MemoryStore add the rows.
#pragma once

#include "core/store/group_commit.h"
#include "core/store/listeners.h"
#include "core/store/pending.h"
#include "core/store/store.h"

namespace kith::store {

class BatchedStore : public Store {
  public:
    Result<std::optional<Bytes>> get(Table table, ByteView key) const final;
    Result<bool> contains(Table table, ByteView key) const final;
    Result<> scan(const Scan& scan, const Visitor& visit) const final;

    [[nodiscard]] Task<Result<>> commit(Changes changes) final;
    BatchTicket join(Changes changes) final;
    [[nodiscard]] Task<Result<>> wait(BatchTicket ticket) final;
    void when_synced(BatchTicket ticket, std::function<void(const Result<>&)> done) final;
    BatchTicket open_batch() const final;
    [[nodiscard]] Task<Result<>> room() final;
    bool is_full() const final;
    [[nodiscard]] Subscription on_close(std::function<void(Changes&)> hook) final;

    State state() const final { return state_; }

    std::string state_reason() const final { return reason_; }

    [[nodiscard]] Subscription on_state(std::function<void(State)> handler) final;
    [[nodiscard]] Subscription on_failure(std::function<void()> handler) final;
    Stats stats() const override;

  protected:
    explicit BatchedStore(asio::any_io_executor executor);

    /// A stored row, pending changes not considered; its value goes to `value` unless that is null.
    virtual Result<bool> read(Table table, ByteView key, Bytes* value) const = 0;
    /// Stored rows of the range in order, until the visitor says false; the limit is not applied.
    virtual Result<> walk(const Scan& scan, const Visitor& visit) const = 0;
    /// As GroupCommit::Write.
    virtual void write(const Batch& batch, GroupCommit::Done done) = 0;

    /// Tells the listeners when it is a change. In a state other than Ok nothing joins.
    void set_state(State state, std::string reason);

    GroupCommit& group_commit() { return commit_; }

    const asio::any_io_executor& executor() const { return executor_; }

  private:
    void failed(const Error& error);

    asio::any_io_executor executor_;
    Pending pending_;
    GroupCommit commit_;
    State state_ = State::Ok;
    std::string reason_;
    Listeners<State> state_listeners_;
    Listeners<> failure_listeners_;
};

}  // namespace kith::store
