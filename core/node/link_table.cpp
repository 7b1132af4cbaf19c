// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/link_table.h"

#include "core/base/log.h"
#include "core/identity/device.h"

#include <algorithm>

namespace kith::node {
namespace {

// Two links of one pair that opened within this time may have been dialled against each other.
constexpr Duration crossing_time = seconds(10);
constexpr Duration second_link_patience = seconds(2);

}  // namespace

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

void LinkTable::start(const crypto::DeviceId& self, OnChange on_change, OnCalled on_called) {
    self_ = self;
    on_called_ = std::move(on_called);
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
        if (stopping_) continue;
        if (on_called_) on_called_((*channel)->info().remote);
        adopt(*std::move(channel));
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

// NOLINTBEGIN(misc-no-recursion): choose() takes one of the two links away, then settles the other.
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
    const bool crossed = other->open() && other->called_by_us() != link.called_by_us() &&
                         clock_.wall() - other->since() < crossing_time;
    if (crossed && caller_is_smaller(*other)) {
        scope_.spawn(choose(other->serial(), link.serial()));
        return;
    }
    found->second = &link;
    other->close(wire::ByeCode::SecondLink);
    link.pump();
}

// The older link is the one to keep, if it still has another end: a peer that has just lost it,
// with its address or by a restart, calls again too.
Task<> LinkTable::choose(std::uint64_t older, std::uint64_t newer) {
    bool alive = false;
    if (PeerLink* const link = by_serial(older)) {
        const auto answer = co_await link->ping(clock_.now() + second_link_patience);
        alive = answer.has_value();
    }
    PeerLink* const kept = by_serial(older);
    PeerLink* const link = by_serial(newer);
    if (!link || stopping_) co_return;
    if (kept && alive) {
        link->close(wire::ByeCode::SecondLink);
        co_return;
    }
    if (kept) kept->drop();
    settle(*link);
}

// NOLINTEND(misc-no-recursion)

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
    handler_.on_end(*link);
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
    auto answer = co_await link->ask(ask, deadline);
    if (auto* const alive = by_serial(serial)) alive->close(wire::ByeCode::Idle);
    if (!answer) co_return tl::unexpected(answer.error());
    if (answer->type != wire::FrameType::Bundle) co_return fail(Code::NotFound, "nothing there");
    fetched.body = std::move(answer->body);
    co_return fetched;
}

Task<Result<std::uint64_t>> LinkTable::call_box(crypto::BoxId box,
                                                std::vector<Endpoint> candidates,
                                                SteadyTime deadline) {
    transport::DialRequest request;
    request.callee = transport::BoxCallee{box};
    request.candidates = std::move(candidates);
    auto channel = co_await transport_.dial(std::move(request), deadline);
    if (!channel) co_return tl::unexpected(channel.error());
    if (stopping_) co_return fail(Code::Cancelled, "stopping");
    co_return adopt(*std::move(channel))->serial();
}

void LinkTable::protect_account(const crypto::AccountKey& account) {
    for (const auto& link : links_) {
        const auto* peer = link->device();
        if (peer && peer->account == account) link->protect();
    }
}

void LinkTable::drop_account(const crypto::AccountKey& account) {
    for (const auto& link : links_) {
        const auto* peer = link->device();
        if (peer && peer->account == account) link->drop();
    }
}

void LinkTable::drop_all() {
    for (const auto& link : links_) {
        // Who wants something of our mailbox is told that it failed.
        if (link->info().own_role != transport::LinkRole::Box) link->drop();
    }
}

void LinkTable::drop_stranded(const std::vector<transport::LocalAddress>& ours) {
    if (ours.empty()) return;  // the system does not say
    for (const auto& link : links_) {
        const auto local = link->local().address;
        if (std::ranges::find(ours, local, &transport::LocalAddress::address) == ours.end()) {
            link->drop();
        }
    }
}

struct LinkTable::Probe {
    Probe(const asio::any_io_executor& executor, SteadyTime until)
        : deadline(until), done(executor) {}

    SteadyTime deadline;
    AsyncEvent done;
    std::size_t waiting = 0;
    bool lost = false;
};

Task<> LinkTable::probe_one(std::uint64_t serial, std::shared_ptr<Probe> probe) {
    bool alive = false;
    if (PeerLink* const link = by_serial(serial)) {
        const auto answer = co_await link->ping(probe->deadline);
        alive = answer.has_value();
    }
    PeerLink* const link = by_serial(serial);
    if (link && !alive) {
        log::debug(log::Category::Transport, "link to {} is dead", to_string(link->info().remote));
        link->drop();
    }
    probe->lost = probe->lost || !alive;
    if (--probe->waiting == 0) probe->done.set();
}

Task<bool> LinkTable::probe(SteadyTime deadline) {
    const auto probe = std::make_shared<Probe>(scope_.executor(), deadline);
    for (const auto& link : links_) {
        if (!link->open()) continue;
        ++probe->waiting;
        scope_.spawn(probe_one(link->serial(), probe));
    }
    if (probe->waiting > 0) co_await probe->done.wait();
    co_return probe->lost;
}

}  // namespace kith::node
