// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/transaction.h"

#include <algorithm>

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
    const store::BatchTicket ticket = store_.join(std::move(transaction.changes));
    for (auto& event : transaction.events)
        journal_.add(std::move(event));
    std::ranges::sort(transaction.lanes);
    const auto repeated = std::ranges::unique(transaction.lanes);
    transaction.lanes.erase(repeated.begin(), repeated.end());
    for (Lane* const lane : transaction.lanes) {
        outbox_.joined(*lane, ticket, [this, alive = alive_, lane] {
            if (*alive) lane_ready_(*lane);
        });
    }
    if (!transaction.after.empty()) {
        store_.when_synced(ticket, [after = std::move(transaction.after)](const Result<>& result) {
            if (!result) return;
            for (const auto& action : after)
                action();
        });
    }
    return ticket;
}

Task<Result<>> Commits::commit(Transaction transaction) {
    const store::BatchTicket ticket = join(std::move(transaction));
    co_return co_await store_.wait(ticket);
}

}  // namespace kith::node
