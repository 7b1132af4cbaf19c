// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/link_table.h"

#include "core/base/log.h"
#include "core/identity/device.h"

#include <algorithm>

namespace kith::node {

LinkTable::LinkTable(transport::Transport& transport,
                     LinkHandler& handler,
                     Outbox& outbox,
                     Clock& clock,
                     Random& random,
                     const asio::any_io_executor& executor)
    : transport_(transport),
      handler_(handler),
      outbox_(outbox),
      clock_(clock),
      random_(random),
      scope_(executor) {}

void LinkTable::start(const crypto::DeviceId& self, OnChange on_change) {
    self_ = self;
    on_change_ = std::move(on_change);
    scope_.spawn(accept_loop());
}

Task<> LinkTable::stop() {
    stopping_ = true;
    for (const auto& link : links_)
        link->close(wire::ByeCode::Stopping);
    co_await transport_.stop();
    co_await scope_.join();
}

Task<> LinkTable::accept_loop() {
    for (;;) {
        auto channel = co_await transport_.accept();
        if (!channel) co_return;
        if (!stopping_) adopt(*std::move(channel));
    }
}

PeerLink* LinkTable::adopt(std::unique_ptr<transport::Channel> channel) {
    links_.push_back(std::make_unique<PeerLink>(
        next_serial_++, std::move(channel), handler_, outbox_, clock_, random_, scope_.executor()));
    PeerLink* const link = links_.back().get();
    scope_.spawn(drive(link));
    if (link->device()) settle(*link);
    return link;
}

void LinkTable::settle(PeerLink& link) {
    const transport::DevicePeer peer = *link.device();
    const auto found = by_device_.find(peer.device);
    if (found == by_device_.end()) {
        by_device_.emplace(peer.device, &link);
        if (on_change_) on_change_(peer, true);
        link.pump();
        return;
    }
    PeerLink* const other = found->second;
    // Both called at once: both ends keep the link that the smaller id called. Otherwise the newer
    // one stays: the older may be half dead.
    const auto caller_is_smaller = [&](const PeerLink& of) {
        return of.called_by_us() == (self_ < peer.device);
    };
    const bool crossed = other->called_by_us() != link.called_by_us() &&
                         clock_.wall() - other->since() < seconds(10);
    const bool keep_other = crossed && caller_is_smaller(*other);
    PeerLink* const loser = keep_other ? &link : other;
    found->second = keep_other ? other : &link;
    loser->close(wire::ByeCode::SecondLink);
    found->second->pump();
}

Task<> LinkTable::drive(PeerLink* link) {
    co_await link->run();
    remove(link);
}

void LinkTable::remove(PeerLink* link) {
    std::optional<transport::DevicePeer> lost;
    if (const auto* peer = link->device()) {
        const auto found = by_device_.find(peer->device);
        if (found != by_device_.end() && found->second == link) {
            by_device_.erase(found);
            lost = *peer;
        }
    }
    std::erase_if(links_, [link](const auto& held) { return held.get() == link; });
    if (lost && on_change_) on_change_(*lost, false);
}

PeerLink* LinkTable::find(const crypto::DeviceId& device) {
    const auto found = by_device_.find(device);
    return found != by_device_.end() && found->second->open() ? found->second : nullptr;
}

PeerLink* LinkTable::by_serial(std::uint64_t serial) {
    const auto found =
        std::ranges::find(links_, serial, [](const auto& link) { return link->serial(); });
    return found != links_.end() && (*found)->open() ? found->get() : nullptr;
}

bool LinkTable::linked(const crypto::AccountKey& account) const {
    return std::ranges::any_of(by_device_, [&](const auto& entry) {
        const auto* peer = entry.second->device();
        return entry.second->open() && peer && peer->account == account;
    });
}

Task<Result<>> LinkTable::connect(transport::DeviceCallee callee,
                                  std::vector<Endpoint> candidates,
                                  SteadyTime deadline) {
    if (callee.device && find(*callee.device)) co_return success();
    transport::DialRequest request;
    request.callee = std::move(callee);
    request.as = transport::LinkRole::Device;
    request.candidates = std::move(candidates);
    auto channel = co_await transport_.dial(std::move(request), deadline);
    if (!channel) co_return tl::unexpected(channel.error());
    if (stopping_) co_return fail(Code::Cancelled, "stopping");
    adopt(*std::move(channel));
    co_return success();
}

Task<Result<LinkTable::Fetched>> LinkTable::fetch_bundle(transport::Callee callee,
                                                         std::vector<Endpoint> candidates,
                                                         wire::GetBundle ask,
                                                         SteadyTime deadline) {
    transport::DialRequest request;
    request.callee = std::move(callee);
    request.candidates = std::move(candidates);
    auto channel = co_await transport_.dial(std::move(request), deadline);
    if (!channel) co_return tl::unexpected(channel.error());
    if (stopping_) co_return fail(Code::Cancelled, "stopping");
    PeerLink* const link = adopt(*std::move(channel));
    Fetched fetched;
    fetched.from = link->info().remote;
    const std::uint64_t serial = link->serial();
    auto body = co_await link->get_bundle(ask, deadline);
    if (auto* const alive = by_serial(serial)) alive->close(wire::ByeCode::Idle);
    if (!body) co_return tl::unexpected(body.error());
    fetched.body = *std::move(body);
    co_return fetched;
}

void LinkTable::drop_account(const crypto::AccountKey& account) {
    for (const auto& link : links_) {
        const auto* peer = link->device();
        if (peer && peer->account == account) link->drop();
    }
}

void LinkTable::drop_all() {
    for (const auto& link : links_)
        link->drop();
}

}  // namespace kith::node
