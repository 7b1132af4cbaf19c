// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/batched_store.h"

namespace kith::store {

namespace {

Code code_of(State state) {
    switch (state) {
        case State::Full:
            return Code::DiskFull;
        case State::ReadOnly:
            return Code::ReadOnly;
        case State::Corrupt:
            return Code::Corrupt;
        case State::Ok:
            break;
    }
    return Code::Internal;
}

State state_after(Code code) {
    switch (code) {
        case Code::DiskFull:
            return State::Full;
        case Code::ReadOnly:
            return State::ReadOnly;
        case Code::Corrupt:
            return State::Corrupt;
        default:
            return State::Ok;
    }
}

}  // namespace

bool BatchTicket::finished() const {
    return outcome_ == nullptr || outcome_->finished();
}

std::string_view to_string(State state) {
    switch (state) {
        case State::Ok:
            return "ok";
        case State::Full:
            return "full";
        case State::ReadOnly:
            return "read-only";
        case State::Corrupt:
            return "corrupt";
    }
    return "unknown";
}

BatchedStore::BatchedStore(asio::any_io_executor executor)
    : executor_(executor),
      commit_(
          executor,
          pending_,
          [this](const Batch& batch, GroupCommit::Done done) { write(batch, std::move(done)); },
          [this](const Error& error) { failed(error); }) {}

Result<std::optional<Bytes>> BatchedStore::get(Table table, ByteView key) const {
    if (const BatchRow* row = pending_.find(table, key)) {
        if (row->erased()) return std::nullopt;
        return to_bytes(row->value());
    }
    Bytes value;
    KITH_TRY(const bool found, read(table, key, &value));
    if (!found) return std::nullopt;
    return value;
}

Result<bool> BatchedStore::contains(Table table, ByteView key) const {
    if (const BatchRow* row = pending_.find(table, key)) return !row->erased();
    return read(table, key, nullptr);
}

Result<> BatchedStore::scan(const Scan& scan, const Visitor& visit) const {
    const auto stored = [&](const Visitor& each) { return walk(scan, each); };
    if (!scan.keys_only) return merge(scan, pending_, stored, visit);
    return merge(scan, pending_, stored, [&](ByteView key, ByteView) { return visit(key, {}); });
}

Task<Result<>> BatchedStore::commit(Changes changes) {
    return commit_.commit(std::move(changes));
}

BatchTicket BatchedStore::join(Changes changes) {
    return commit_.join(changes);
}

Task<Result<>> BatchedStore::wait(BatchTicket ticket) {
    return commit_.wait(std::move(ticket));
}

void BatchedStore::when_synced(BatchTicket ticket, std::function<void(const Result<>&)> done) {
    commit_.when_synced(std::move(ticket), std::move(done));
}

BatchTicket BatchedStore::open_batch() const {
    return commit_.open_batch();
}

Task<Result<>> BatchedStore::room() {
    return commit_.room();
}

bool BatchedStore::is_full() const {
    return commit_.is_full();
}

Subscription BatchedStore::on_close(std::function<void(Changes&)> hook) {
    return commit_.on_close(std::move(hook));
}

Subscription BatchedStore::on_state(std::function<void(State)> handler) {
    return state_listeners_.add(std::move(handler));
}

Subscription BatchedStore::on_failure(std::function<void()> handler) {
    return failure_listeners_.add(std::move(handler));
}

Stats BatchedStore::stats() const {
    return commit_.stats();
}

void BatchedStore::set_state(State state, std::string reason) {
    const bool changed = state != state_;
    state_ = state;
    reason_ = std::move(reason);
    if (state_ == State::Ok) {
        commit_.refuse(std::nullopt);
    } else {
        commit_.refuse(Error{code_of(state_), reason_});
    }
    if (changed) state_listeners_.call(state_);
}

void BatchedStore::failed(const Error& error) {
    const State before = state_;
    const State after = state_after(error.code);
    if (after != State::Ok && after != before) {
        // Refuse first: a table that reads again must not write into a store that cannot.
        state_ = after;
        reason_ = error.context;
        commit_.refuse(error);
    }
    failure_listeners_.call();
    if (state_ != before) state_listeners_.call(state_);
}

}  // namespace kith::store
