// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/transaction.h"

#include <algorithm>
#include <iterator>

namespace kith::node {

Result<> Commits::ready() const {
    switch (store_.state()) {
        case store::State::Ok:
            return success();
        case store::State::Full:
            return fail(Code::DiskFull, store_.state_reason());
        case store::State::ReadOnly:
            return fail(Code::ReadOnly, store_.state_reason());
        case store::State::Corrupt:
            return fail(Code::Corrupt, store_.state_reason());
    }
    return fail(Code::Internal, "the store is in an unknown state");
}

store::BatchTicket Commits::join(Transaction transaction) {
    store::BatchTicket ticket = store_.join(std::move(transaction.changes));
    for (auto& event : transaction.events)
        journal_.add(std::move(event));
    auto& lanes = transaction.lanes;
    // By what they are, not by where they lie: a simulation repeats itself.
    std::ranges::sort(lanes, {}, &Lane::device);
    lanes.erase(std::unique(lanes.begin(), lanes.end()), lanes.end());
    for (Lane* const lane : lanes) {
        outbox_.joined(*lane, ticket, [this, alive = alive_, lane] {
            if (*alive) lane_ready_(*lane);
        });
    }
    if (!transaction.after.empty()) call_after(ticket, std::move(transaction.after));
    return ticket;
}

void Commits::call_after(const store::BatchTicket& ticket, Actions actions) {
    if (after_ && batch_ == ticket && !ticket.finished()) {
        std::ranges::move(actions, std::back_inserter(*after_));
        return;
    }
    batch_ = ticket;
    after_ = std::make_shared<Actions>(std::move(actions));
    store_.when_synced(ticket, [after = after_](const Result<>& result) {
        if (!result) return;
        for (const auto& action : *after)
            action();
    });
}

Task<Result<>> Commits::commit(Transaction transaction) {
    const store::BatchTicket ticket = join(std::move(transaction));
    co_return co_await store_.wait(ticket);
}

}  // namespace kith::node
