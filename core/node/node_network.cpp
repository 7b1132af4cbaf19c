// SPDX-License-Identifier: GPL-3.0-or-later
// Status and network, as the control API asks for them.
#include "core/node/node.h"
#include "core/node/services.h"

namespace kith::node {
namespace {

NetworkState state_of(directory::Connection connection) {
    switch (connection) {
        case directory::Connection::Offline:
            return NetworkState::Offline;
        case directory::Connection::Joining:
            return NetworkState::Starting;
        case directory::Connection::Alone:
            return NetworkState::Alone;
        case directory::Connection::Weak:
        case directory::Connection::Online:
        case directory::Connection::Parked:
            return NetworkState::Online;
    }
    return NetworkState::Offline;
}

// How long a link may take to show that it is still there after the network has changed.
constexpr Duration sign_of_life = seconds(5);

}  // namespace

void Node::network_changed() {
    auto& services = *services_;
    if (services.running && !services.stopping) services.scope.spawn(services.come_back());
}

Task<> Node::Services::come_back() {
    // Whoever was linked until now is greeted below.
    links.for_each([this](const PeerLink& link) {
        auto* const contact = link.device() ? contacts.find(link.device()->account) : nullptr;
        if (contact && contact->accepted()) contact->last_seen = ports.clock.wall();
    });
    links.drop_stranded(ports.transport.local_addresses());
    ports.directory.connectivity_changed();
    running->publisher.addresses_changed();
    // Whoever is asked now is asked about the new addresses.
    reachability.renew(mapped ? std::optional(mapped->external.port) : std::nullopt);
    running->courier.wake_all();
    running->mailboxes.wake();
    running->courier.greet();
    const bool lost = co_await links.probe(ports.clock.now() + sign_of_life);
    // Who waits for us on the other side of a dead link does not know it is dead.
    if (lost && !stopping) running->courier.greet();
}

void Node::set_mapped(std::optional<transport::MappedPort> mapped) {
    auto& services = *services_;
    services.mapped = mapped;
    if (!services.running || services.stopping) return;
    const auto external = mapped ? std::optional(mapped->external) : std::nullopt;
    services.running->publisher.set_external(external);
    services.reachability.renew(external ? std::optional(external->port) : std::nullopt);
}

void Node::on_running(std::function<void()> call) {
    services_->on_running = std::move(call);
}

NetworkView Node::network() const {
    const auto& services = *services_;
    const auto state = services.ports.directory.state();
    NetworkView out;
    out.state = state_of(state.connection);
    out.nodes = state.good_nodes;
    if (state.self_test && state.self_test->passed) out.self_test = state.self_test->took;
    out.clock_offset = services.clock_offset;
    if (services.running) {
        const auto own = services.running->profile->view();
        out.name = own.network_name;
        out.private_network = own.private_network;
        out.endpoints = services.running->publisher.endpoints();
        out.reachable = services.reachability.verdict();
        if (services.mapped) out.mapped_by = to_string(services.mapped->by);
    }
    return out;
}

StatusView Node::status() const {
    const auto& services = *services_;
    StatusView out;
    out.network = network();
    if (!services.running) return out;
    out.identity = services.running->profile->view();
    out.mailboxes = services.running->mailboxes.views();
    std::erase_if(out.mailboxes,
                  [](const MailboxView& view) { return view.state == MailboxState::Offered; });
    services.contacts.for_each([&](const identity::Contact& contact) {
        std::size_t waiting = 0;
        for (const auto& [device, lane] : services.outbox.lanes()) {
            if (lane->account() != contact.account) continue;
            std::size_t shown = 0;
            for (const auto* entry = lane->front(); entry; entry = lane->next(entry->position)) {
                shown += entry->order != 0 ? 1 : 0;
            }
            waiting = std::max(waiting, shown);
        }
        if (waiting > 0) {
            OutboxLineView line;
            line.name = std::string(ContactBook::shown_name(contact));
            line.waiting = waiting;
            if (!services.links.linked(contact.account)) line.offline_since = contact.last_seen;
            out.outbox += waiting;
            out.outbox_lines.push_back(std::move(line));
        }
        if (contact.state() == identity::ContactState::PendingIn) ++out.requests;
        const auto unread = services.log.unread(contact.account).value_or(0);
        out.unread += unread;
        out.unread_chats += unread > 0 ? 1 : 0;
    });
    return out;
}

std::vector<PeerView> Node::peers() const {
    const auto& services = *services_;
    std::vector<PeerView> out;
    services.links.for_each([&](const PeerLink& link) {
        PeerView peer;
        peer.address = link.info().remote;
        peer.role = "anonymous";
        if (const auto* const device = link.device()) {
            peer.account = device->account;
            peer.role = "contact";
        }
        peer.round_trip = link.round_trip();
        peer.good = link.open();
        peer.since = link.since();
        out.push_back(std::move(peer));
    });
    for (const auto& node : services.ports.directory.peers()) {
        PeerView peer;
        peer.address = node.endpoint;
        peer.role = "plain";
        peer.good = true;
        out.push_back(std::move(peer));
    }
    return out;
}

Task<Result<PeerView>> Node::ping(std::string who) {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    const auto contact = services.contacts.resolve(who);
    if (!contact) co_return tl::unexpected(contact.error());
    const crypto::AccountKey account = (*contact)->account;
    const SteadyTime deadline = services.ports.clock.now() + seconds(10);
    const auto link_of = [&services, account]() -> PeerLink* {
        const auto* const found = std::as_const(services.contacts).find(account);
        if (!found) return nullptr;
        for (const auto& device : found->devices.reachable()) {
            if (auto* const link = services.links.find(device.id)) return link;
        }
        return nullptr;
    };
    if (!link_of()) {
        KITH_CO_CHECK(co_await services.running->courier.reach(account, deadline));
    }
    PeerLink* const link = link_of();
    if (!link) co_return fail(Code::Unreachable, "the link has gone again");
    PeerView out;
    out.address = link->info().remote;
    out.account = account;
    out.role = "contact";
    out.since = link->since();
    const auto took = co_await link->ping(deadline);
    if (!took) co_return tl::unexpected(took.error());
    out.round_trip = *took;
    out.good = true;
    co_return out;
}

std::vector<TrafficView> Node::traffic() const {
    const auto& services = *services_;
    const auto dht = services.ports.directory.traffic();
    const auto links = services.ports.transport.counters().traffic;
    return {{"dht", dht.bytes_out, dht.bytes_in}, {"links", links.bytes_out, links.bytes_in}};
}

std::vector<LimitView> Node::limits() const {
    const auto& services = *services_;
    const auto counters = services.ports.transport.counters();
    std::size_t waiting = 0;
    for (const auto& [device, lane] : services.outbox.lanes())
        waiting += lane->waiting();
    return {
        {"links.inbound", limits::links_inbound, counters.inbound},
        {"links.before_open", limits::links_before_open, counters.inbound_before_open},
        {"links.per_prefix", limits::links_per_prefix, std::nullopt},
        {"links.window", limits::link_window, std::nullopt},
        {"contacts", ContactBook::max_contacts, std::nullopt},
        {"contacts.pending", ContactBook::max_pending, services.contacts.pending_in()},
        {"invites", ContactFlow::max_invites, std::nullopt},
        {"outbox.messages", limits::outbox_messages, waiting},
        {"outbox.bytes", limits::outbox_bytes, std::nullopt},
        {"text.bytes", limits::text, std::nullopt},
        {"api.clients", limits::api_clients, std::nullopt},
        {"api.calls", limits::api_calls, std::nullopt},
        {"events.kept", EventJournal::max_events, std::nullopt},
        {"store.batch_changes", limits::batch_changes, std::nullopt},
    };
}

Task<Result<>> Node::add_bootstrap(std::string address) {
    auto& services = *services_;
    const SteadyTime deadline = services.ports.clock.now() + seconds(6);
    const auto added = co_await services.ports.directory.add_bootstrap(address, deadline);
    if (!added) co_return tl::unexpected(added.error());
    if (!added->answered) co_return fail(Code::Unreachable);
    co_return success();
}

Task<Result<>> Node::remove_bootstrap(std::string address) {
    co_return services_->ports.directory.remove_bootstrap(address);
}

std::vector<std::string> Node::bootstrap() const {
    std::vector<std::string> out;
    for (const auto& node : services_->ports.directory.bootstrap())
        out.push_back(node.address);
    return out;
}

}  // namespace kith::node
