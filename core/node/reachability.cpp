// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/reachability.h"

#include "core/base/log.h"
#include "core/identity/device.h"

#include <algorithm>

namespace kith::node {
namespace {

constexpr Duration call_time = seconds(8);
constexpr Duration answer_time = seconds(12);

bool is_public(const Endpoint& endpoint) {
    return !endpoint.is_private() && !endpoint.is_unspecified();
}

}  // namespace

Reachability::Reachability(LinkTable& links,
                           transport::Transport& transport,
                           Clock& clock,
                           const asio::any_io_executor& executor)
    : links_(links), transport_(transport), clock_(clock), scope_(executor) {}

void Reachability::renew(std::optional<std::uint16_t> external_port) {
    external_port_ = external_port;
    proved_.reset();
    refuted_.reset();
    asked_.reset();
    look();
}

void Reachability::called_from(const Endpoint& remote) {
    if (is_public(remote)) proved_ = clock_.now();
}

Reachable Reachability::verdict() const {
    if (proved_ && clock_.now() - *proved_ < direct_for) return Reachable::Direct;
    return refuted_ ? Reachable::Nat : Reachable::Unknown;
}

void Reachability::look() {
    const std::uint16_t port = external_port_.value_or(transport_.local_port());
    const bool known = verdict() != Reachable::Unknown;
    if (port == 0 || (asked_ && clock_.now() - *asked_ < (known ? ask_every : pause))) return;
    const PeerLink* judge = nullptr;
    links_.for_each([&judge](const PeerLink& link) {
        // A neighbour in our own network cannot tell.
        if (link.open() && link.device() && is_public(link.info().remote)) judge = &link;
    });
    if (!judge) return;
    asked_ = clock_.now();
    scope_.spawn(ask(judge->serial(), port));
}

Task<> Reachability::ask(std::uint64_t serial, std::uint16_t port) {
    const SteadyTime begin = clock_.now();
    PeerLink* const link = links_.by_serial(serial);
    if (!link) co_return;
    const auto pong = co_await link->ask_to_dial(port, begin + answer_time);
    // Void: our addresses have changed meanwhile.
    if (!pong || !pong->dial || !asked_ || *asked_ > begin) co_return;
    if (!is_public(pong->seen)) co_return;
    if (*pong->dial == wire::DialBack::Reached) {
        proved_ = clock_.now();
        refuted_.reset();
    } else if (*pong->dial == wire::DialBack::Failed) {
        refuted_ = clock_.now();
    }
}

void Reachability::call_back(PeerLink& link, std::uint32_t q, std::uint16_t port) {
    const SteadyTime now = clock_.now();
    std::erase_if(called_back_, [now](const auto& call) { return now - call.first >= pause; });
    const auto* const device = link.device();
    const auto is_same = [device](const auto& call) { return call.second == device->device; };
    const bool may = device && port != 0 && called_back_.size() < most_calls &&
                     std::ranges::count_if(called_back_, is_same) < calls_per_device;
    if (!may) {
        link.pong(q, wire::DialBack::NotTried);
        return;
    }
    called_back_.emplace_back(now, device->device);
    transport::DeviceCallee callee;
    callee.account = device->account;
    callee.cid = identity::call_id(device->device);
    callee.device = device->device;
    callee.signing = device->signing;
    transport::DialRequest request;
    request.callee = callee;
    request.candidates = {Endpoint{link.info().remote.address, port}};
    scope_.spawn(try_call(link.serial(), std::move(request), q));
}

Task<> Reachability::try_call(std::uint64_t serial,
                              transport::DialRequest request,
                              std::uint32_t q) {
    const auto channel = co_await transport_.dial(std::move(request), clock_.now() + call_time);
    if (channel) (*channel)->close();
    PeerLink* const link = links_.by_serial(serial);
    if (link) link->pong(q, channel ? wire::DialBack::Reached : wire::DialBack::Failed);
}

}  // namespace kith::node
