// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/tls_transport.h"

#include "core/base/assert.h"
#include "core/identity/device.h"
#include "core/transport/link_caller.h"
#include "core/transport/net_watch.h"

#include <algorithm>

namespace kith::transport {
namespace {

constexpr std::size_t wrong_addresses = 1024;

crypto::CallId call_id_of(const Callee& callee) {
    if (const auto* device = std::get_if<DeviceCallee>(&callee)) return device->cid;
    return identity::call_id(std::get<BoxCallee>(callee).box);
}

}  // namespace

Result<std::unique_ptr<TlsTransport>> TlsTransport::open(asio::any_io_executor executor,
                                                         Clock& clock,
                                                         Random& random,
                                                         Options options) {
    KITH_TRY(auto context, TlsContext::create(random, clock.wall()));
    auto shared = std::make_shared<TlsShared>(std::move(executor), clock, std::move(context));
    std::unique_ptr<TlsTransport> out(
        new TlsTransport(std::move(shared), options.caps, random.u64()));
    KITH_CHECK(out->inbound_.listen(options.listen));
    return out;
}

TlsTransport::TlsTransport(std::shared_ptr<TlsShared> shared, GateLimits caps, std::uint64_t salt)
    : shared_(std::move(shared)),
      inbound_(shared_, counters_, caps, salt),
      dial_ended_(shared_->executor) {}

void TlsTransport::start(LinkPolicy policy) {
    KITH_ASSERT(!policy_);
    policy_.emplace(std::move(policy));
    inbound_.start(*policy_);
}

Result<> TlsTransport::check(const DialRequest& request) const {
    if (!policy_ || stopping_) return fail(Code::Cancelled, "the transport is not running");
    if (races_.size() >= dials_at_once) return fail(Code::Busy, "too many dials at once");
    if (request.as == LinkRole::Box) return fail(Code::InvalidArgument, "a mailbox does not call");
    const auto* device = std::get_if<DeviceCallee>(&request.callee);
    if (request.as == LinkRole::Device && device != nullptr && !may_introduce(*policy_, *device)) {
        return fail(Code::InvalidArgument, "no verified list names this device");
    }
    return success();
}

Task<Result<std::unique_ptr<Channel>>> TlsTransport::dial(DialRequest request,
                                                          SteadyTime deadline) {
    KITH_CO_CHECK(check(request));
    ++counters_.dials;
    const auto cid = call_id_of(request.callee);
    DialPlan plan(without_wrong(cid, request.candidates), local_addresses());
    DialRace race(shared_, *policy_, counters_, std::move(request), std::move(plan));
    races_.push_back(&race);
    auto channel = co_await race.run(std::min(deadline, shared_->clock.now() + dial_limit));
    std::erase(races_, &race);
    remember_wrong(cid, race.met_another());
    dial_ended_.pulse();
    co_return channel;
}

std::vector<Endpoint> TlsTransport::without_wrong(const crypto::CallId& cid,
                                                  const std::vector<Endpoint>& candidates) {
    const SteadyTime now = shared_->clock.now();
    std::erase_if(wrong_, [now](const auto& item) { return item.second <= now; });
    std::vector<Endpoint> out;
    std::ranges::copy_if(candidates, std::back_inserter(out), [&](const Endpoint& candidate) {
        return !wrong_.contains({cid, candidate});
    });
    return out;
}

void TlsTransport::remember_wrong(const crypto::CallId& cid,
                                  const std::vector<Endpoint>& addresses) {
    for (const auto& address : addresses) {
        if (wrong_.size() >= wrong_addresses) wrong_.erase(wrong_.begin());
        wrong_[{cid, address}] = shared_->clock.now() + wrong_address_rest;
    }
}

Task<Result<std::unique_ptr<Channel>>> TlsTransport::accept() {
    return inbound_.accept();
}

std::vector<Endpoint> TlsTransport::listening() const {
    return inbound_.listening();
}

std::uint16_t TlsTransport::local_port() const {
    const auto bound = listening();
    return bound.empty() ? std::uint16_t{0} : bound.front().port;
}

std::vector<LocalAddress> TlsTransport::local_addresses() const {
    return transport::local_addresses();
}

TransportCounters TlsTransport::counters() const {
    TransportCounters out = counters_;
    out.traffic = shared_->traffic;
    out.inbound = inbound_.inbound();
    out.inbound_before_open = inbound_.before_open();
    return out;
}

Task<> TlsTransport::stop() {
    stopping_ = true;
    for (auto* race : races_)
        race->cancel();
    co_await inbound_.stop();
    while (!races_.empty())
        co_await dial_ended_.wait_pulse();
}

}  // namespace kith::transport
