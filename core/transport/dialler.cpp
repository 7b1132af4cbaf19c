// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/dialler.h"

#include "core/transport/link_caller.h"

#include <algorithm>

namespace kith::transport {

Dialler::Dialler(asio::any_io_executor executor,
                 Clock& clock,
                 MakeStream make_stream,
                 TransportCounters& counters)
    : executor_(std::move(executor)),
      clock_(clock),
      make_stream_(std::move(make_stream)),
      counters_(counters),
      ended_(executor_) {}

Result<> Dialler::check(const DialRequest& request) const {
    if (policy_ == nullptr || stopping_) return fail(Code::Cancelled, "not running");
    if (races_.size() >= dials_at_once) return fail(Code::Busy, "too many dials at once");
    if (request.as == LinkRole::Box) return fail(Code::InvalidArgument, "a mailbox does not call");
    const auto* device = std::get_if<DeviceCallee>(&request.callee);
    if (request.as == LinkRole::Device && device != nullptr && !may_introduce(*policy_, *device)) {
        return fail(Code::InvalidArgument, "no verified list names this device");
    }
    return success();
}

Task<Result<std::unique_ptr<Channel>>> Dialler::dial(DialRequest request,
                                                     std::vector<LocalAddress> own,
                                                     SteadyTime deadline) {
    KITH_CO_CHECK(check(request));
    ++counters_.dials;
    const auto cid = call_id_of(request.callee);
    DialPlan plan(without_wrong(cid, request.candidates), own);
    DialRace race(
        executor_, clock_, make_stream_, *policy_, counters_, std::move(request), std::move(plan));
    races_.push_back(&race);
    auto channel = co_await race.run(std::min(deadline, clock_.now() + dial_limit));
    std::erase(races_, &race);
    remember_wrong(cid, race.met_another());
    ended_.pulse();
    co_return channel;
}

std::vector<Endpoint> Dialler::without_wrong(const crypto::CallId& cid,
                                             const std::vector<Endpoint>& candidates) {
    const SteadyTime now = clock_.now();
    std::erase_if(wrong_, [now](const auto& item) { return item.second <= now; });
    std::vector<Endpoint> out;
    std::ranges::copy_if(candidates, std::back_inserter(out), [&](const Endpoint& candidate) {
        return !wrong_.contains({cid, candidate});
    });
    return out;
}

void Dialler::remember_wrong(const crypto::CallId& cid, const std::vector<Endpoint>& addresses) {
    for (const auto& address : addresses) {
        if (wrong_.size() >= wrong_addresses) wrong_.erase(wrong_.begin());
        wrong_[{cid, address}] = clock_.now() + wrong_address_rest;
    }
}

Task<> Dialler::stop() {
    stopping_ = true;
    for (auto* race : races_)
        race->cancel();
    while (!races_.empty())
        co_await ended_.wait_pulse();
}

}  // namespace kith::transport
