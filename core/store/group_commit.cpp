// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/group_commit.h"

#include "core/base/assert.h"
#include "core/base/limits.h"

namespace kith::store {

GroupCommit::GroupCommit(asio::any_io_executor executor,
                         Pending& pending,
                         Write write,
                         std::function<void(const Error&)> failed)
    : executor_(executor),
      pending_(pending),
      write_(std::move(write)),
      failed_(std::move(failed)),
      room_(executor) {
    room_.set();
}

GroupCommit::Outcome GroupCommit::make_outcome() const {
    return std::make_shared<BatchOutcome>(executor_);
}

BatchTicket GroupCommit::join(const Changes& changes) {
    if (refusal_) {
        auto refused = make_outcome();
        refused->finish(fail(refusal_->code, refusal_->context));
        return BatchTicket(std::move(refused));
    }
    if (changes.empty()) return BatchTicket(open_ ? open_ : in_flight_);
    if (!open_) open_ = make_outcome();
    pending_.open().add(changes);
    if (is_full()) room_.reset();
    if (!in_flight_) close_soon();
    return BatchTicket(open_);
}

Task<Result<>> GroupCommit::commit(Changes changes) {
    while (is_full() && !refusal_)
        co_await room_.wait();
    const BatchTicket ticket = join(changes);
    changes.clear();
    co_return co_await wait(ticket);
}

Task<Result<>> GroupCommit::wait(BatchTicket ticket) {
    if (!ticket) co_return success();
    if (!ticket.finished()) co_await ticket.outcome()->wait();
    co_return ticket.outcome()->result();
}

void GroupCommit::when_synced(BatchTicket ticket, std::function<void(const Result<>&)> done) {
    if (!ticket.finished()) {
        ticket.outcome()->when_finished(std::move(done));
        return;
    }
    asio::post(executor_, [ticket = std::move(ticket), done = std::move(done)] {
        done(ticket ? ticket.outcome()->result() : success());
    });
}

Task<Result<>> GroupCommit::room() {
    while (is_full() && !refusal_)
        co_await room_.wait();
    if (refusal_) co_return fail(refusal_->code, refusal_->context);
    co_return success();
}

bool GroupCommit::is_full() const {
    return pending_.open().changes() >= limits::batch_changes ||
           pending_.open().bytes() >= limits::batch_bytes;
}

Subscription GroupCommit::on_close(std::function<void(Changes&)> hook) {
    return hooks_.add(std::move(hook));
}

void GroupCommit::refuse(std::optional<Error> why) {
    if (closing_) return;
    refusal_ = std::move(why);
    // While a failure is being told, those who wait for room come last.
    if (!falling_ && (refusal_ || !is_full())) room_.set();
}

Task<Result<>> GroupCommit::close() {
    refuse(Error{Code::Cancelled, "the store is closing"});
    closing_ = true;
    const BatchTicket last(open_ ? open_ : in_flight_);
    return wait(last);
}

void GroupCommit::crash() {
    life_ = std::make_shared<char>();
    pending_.forget();
    open_.reset();
    in_flight_.reset();
    close_posted_ = false;
    room_.set();
}

void GroupCommit::close_soon() {
    if (close_posted_) return;
    close_posted_ = true;
    // Posted, so that all that is ready on the strand now can still join.
    asio::post(executor_, [this, alive = std::weak_ptr<char>(life_)] {
        if (alive.expired()) return;
        close_posted_ = false;
        if (!in_flight_ && open_) close_open();
    });
}

void GroupCommit::close_open() {
    Changes added;
    hooks_.call(added);
    pending_.open().add(added);
    pending_.close();
    in_flight_ = std::exchange(open_, nullptr);
    room_.set();
    write_(pending_.in_flight(), [this, alive = std::weak_ptr<char>(life_)](Result<> result) {
        if (!alive.expired()) written(std::move(result));
    });
}

void GroupCommit::written(Result<> result) {
    if (!result) {
        fall(result.error());
        return;
    }
    ++stats_.batches;
    stats_.changes += pending_.in_flight().changes();
    stats_.rows += pending_.in_flight().rows().size();
    pending_.landed();
    const Outcome landed = std::exchange(in_flight_, nullptr);
    landed->finish(success());
    // The calls above may have joined already, and closed nothing: this is still the same turn.
    if (open_ && !in_flight_) close_open();
}

void GroupCommit::fall(const Error& error) {
    pending_.forget();
    const Outcome first = std::exchange(in_flight_, nullptr);
    const Outcome second = std::exchange(open_, nullptr);
    stats_.failed += second ? 2U : 1U;
    falling_ = true;
    failed_(error);
    falling_ = false;
    first->finish(fail(error.code, error.context));
    if (second) second->finish(fail(error.code, error.context));
    room_.set();
}

}  // namespace kith::store
