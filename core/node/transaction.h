// SPDX-License-Identifier: GPL-3.0-or-later
// Everything one step of the node changes, as one unit: rows, events, outbox entries, and what is
// to be done once it is on disk. It joins the open batch whole, in the same turn of the strand in
// which memory was changed, so memory and batch never differ.
#pragma once

#include "core/node/event_journal.h"
#include "core/node/outbox.h"
#include "core/store/store.h"

#include <functional>
#include <vector>

namespace kith::node {

using Actions = std::vector<std::function<void()>>;

struct Transaction {
    store::Changes changes;
    std::vector<EventRef> events;
    /// Lanes that got entries.
    std::vector<Lane*> lanes;
    /// Called on the strand when all of it is synced; not called when it failed.
    Actions after;
};

/// Hands transactions to the store.
class Commits {
  public:
    /// `lane_ready` is called when entries of a lane may leave.
    Commits(store::Store& store,
            EventJournal& journal,
            Outbox& outbox,
            std::function<void(Lane&)> lane_ready)
        : store_(store), journal_(journal), outbox_(outbox), lane_ready_(std::move(lane_ready)) {}

    Commits(const Commits&) = delete;
    Commits& operator=(const Commits&) = delete;

    ~Commits() { *alive_ = false; }

    /// The store takes changes now: DiskFull, ReadOnly, Corrupt otherwise. Ask before memory is
    /// changed; then join() in the same turn cannot be refused.
    Result<> ready() const;

    /// Joins without waiting. Requires: ready().
    store::BatchTicket join(Transaction transaction);

    /// Joins now, waits until it is synced.
    [[nodiscard]] Task<Result<>> commit(Transaction transaction);

  private:
    void call_after(const store::BatchTicket& ticket, Actions actions);

    store::Store& store_;
    EventJournal& journal_;
    Outbox& outbox_;
    std::function<void(Lane&)> lane_ready_;
    // The batch that was joined last, and what is to be done behind it.
    store::BatchTicket batch_;
    std::shared_ptr<Actions> after_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace kith::node
