// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/dial_race.h"

#include "core/base/log.h"
#include "core/transport/link_caller.h"
#include "core/transport/link_opening.h"

#include <algorithm>

namespace kith::transport {

DialRace::DialRace(const asio::any_io_executor& executor,
                   Clock& clock,
                   const MakeStream& make_stream,
                   const LinkPolicy& policy,
                   TransportCounters& counters,
                   DialRequest request,
                   DialPlan plan)
    : clock_(clock),
      make_stream_(make_stream),
      policy_(policy),
      counters_(counters),
      request_(std::move(request)),
      plan_(std::move(plan)),
      last_{Code::Unreachable, "no address to call"},
      news_(executor),
      scope_(executor) {}

Task<Result<std::unique_ptr<Channel>>> DialRace::run(SteadyTime deadline) {
    while (!winner_ && !cancelled_) {
        const SteadyTime now = clock_.now();
        if (now >= deadline) break;
        if (const auto to = plan_.next(now)) {
            scope_.spawn(attempt(*to));
            continue;
        }
        const auto next = plan_.next_at();
        if (!next && scope_.size() == 0) break;
        co_await wait_for_news(std::min(next.value_or(deadline), deadline));
    }
    const bool late = clock_.now() >= deadline;
    over_ = true;
    // Closing ends an attempt later, not here, so the list stays as it is meanwhile.
    for (auto* stream : running_)
        stream->close();
    co_await scope_.join();
    if (cancelled_) co_return fail(Code::Cancelled, "the transport is stopping");
    if (winner_) co_return std::move(winner_);
    if (late) co_return fail(Code::Timeout, "no address answered as the callee in time");
    co_return fail(Code::Unreachable, last_.context);
}

Task<> DialRace::wait_for_news(SteadyTime until) {
    news_.reset();
    const Alarm alarm = clock_.call_at(until, [this] { news_.set(); });
    co_await news_.wait();
}

void DialRace::cancel() {
    cancelled_ = true;
    news_.set();
}

Task<> DialRace::attempt(Endpoint to) {
    if (over_) co_return;
    ++counters_.attempts;
    auto stream = make_stream_();
    running_.push_back(stream.get());
    auto info = co_await call(stream.get(), to);
    std::erase(running_, stream.get());
    if (info && !over_ && !winner_) {
        ++counters_.opened_out;
        winner_ = std::make_unique<Channel>(std::move(*info), std::move(stream));
    } else if (!info) {
        log::debug(
            log::Category::Transport, "dial {} failed: {}", to_string(to), info.error().context);
        last_ = std::move(info).error();
        plan_.failed();
    }
    news_.set();
}

Task<Result<LinkInfo>> DialRace::call(FrameStream* stream, Endpoint to) {
    KITH_CO_CHECK(co_await stream->connect(to));
    KITH_CO_TRY(const auto binding, co_await stream->handshake(StreamSide::Calling));
    LinkCaller machine(policy_, request_.callee, request_.as, binding);
    const auto opened = co_await open_link(stream, &machine);
    if (machine.met_another()) met_another_.push_back(to);
    if (!opened) co_return tl::unexpected(opened.error());
    LinkInfo info = machine.info();
    info.remote = to;
    co_return info;
}

}  // namespace kith::transport
