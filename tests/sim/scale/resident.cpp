// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/scale/resident.h"

#include "core/identity/address.h"
#include "tests/sim/scale/town.h"
#include "tests/support/directory/last_run_in_memory.h"

#include <algorithm>
#include <stdexcept>

namespace kith::sim {
namespace {

// A /24 of its own for each, public, so that nobody pays for another's traffic.
Endpoint address_of(std::size_t number) {
    return Endpoint::v4(
        11, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number), 7, 4222);
}

template <class T>
T checked(Result<T> result, const std::string& what) {
    if (!result) throw std::runtime_error(what + ": " + result.error().context);
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

directory::Traffic operator+(directory::Traffic a, const directory::Traffic& b) {
    a.datagrams_in += b.datagrams_in;
    a.bytes_in += b.bytes_in;
    a.datagrams_out += b.datagrams_out;
    a.bytes_out += b.bytes_out;
    a.over_rate += b.over_rate;
    a.foreign += b.foreign;
    a.odd += b.odd;
    return a;
}

}  // namespace

Resident::Resident(Town& town, std::size_t number, Role given)
    : name("Resident " + std::to_string(number)),
      role(given),
      town_(town),
      at_(address_of(number)),
      random_(town.random.u64()),
      store_(town.io.get_executor()),
      last_run_(std::make_shared<test::LastRunInMemory>()) {
    town.links.set_callable(at_, role.callable);
}

Resident::~Resident() = default;

Task<> Resident::switch_on() {
    const auto executor = town_.io.get_executor();
    transport_ = std::make_unique<test::SimTransport>(executor, town_.links, at_, random_);
    tap_ = std::make_unique<test::TrafficTap>(*transport_, town_.ledger);
    dht::DirectoryConfig config;
    config.last_run = last_run_;
    config.serving = role.serves;
    config.parking = town_.parking;
    auto real = std::make_unique<dht::OpendhtDirectory>(
        executor, town_.clock, random_, town_.datagrams.io(at_), std::move(config));
    directory_ =
        std::make_unique<CountedDirectory>(std::move(real), town_.clock, town_.directory_log);
    const node::Ports ports{
        executor, town_.clock, random_, store_, *tap_, *directory_, town_.worker};
    node::Settings settings;
    if (role.serves) {
        settings.mailbox.serve = mailbox::Serve::Network;
        settings.offer_mailbox_at_once = true;
    }
    node_ = checked(node::Node::open(ports, settings), name + " opens");
    on_ = true;
    spans_.push_back({town_.now(), SteadyTime::max()});
    const auto started = co_await node_->start();
    checked(started, name + " starts");
}

Task<> Resident::switch_off() {
    if (!is_on()) co_return;
    on_ = false;
    spans_.back().until = town_.now();
    co_await node_->stop();
    dht_before_ = dht_before_ + directory_->traffic();
    const auto traffic = transport_->counters().traffic;
    link_bytes_before_ += traffic.bytes_in + traffic.bytes_out;
    node_.reset();
    directory_.reset();
    tap_.reset();
    transport_.reset();
}

Task<> Resident::found() {
    node::CreateOptions options;
    options.name = name;
    const auto made = co_await node_->create_identity(std::move(options));
    checked(made, name + " founds");
}

bool Resident::knows(const Resident& other) const {
    const auto contact = node_->contact(other.name);
    return contact && contact->state == node::ContactState::Accepted;
}

Task<bool> Resident::wait_for(Resident& other) {
    for (int i = 0; i < 600; ++i) {
        if (knows(other) && other.knows(*this)) {
            contacts.push_back(&other);
            other.contacts.push_back(this);
            co_return true;
        }
        co_await town_.pause(milliseconds(500));
    }
    co_return false;
}

Task<> Resident::join(Resident& inviter) {
    node::InviteOptions terms;
    const auto invite = co_await inviter.node_->create_invite(terms);
    const std::string link = checked(invite, inviter.name + " invites").link;
    node::CreateOptions options;
    options.name = name;
    options.network = node::CreateOptions::Network::Invite;
    options.invite = link;
    const auto made = co_await node_->create_identity(std::move(options));
    checked(made, name + " joins");
    std::string own_name_for_it;
    const auto accepted = co_await node_->accept_invite(link, std::move(own_name_for_it));
    checked(accepted, name + " accepts");
    const bool both = co_await wait_for(inviter);
    if (!both) ++town_.vain_invitations;
}

Task<> Resident::befriend(Resident& other) {
    if (&other == this || std::ranges::find(contacts, &other) != contacts.end()) co_return;
    node::InviteOptions terms;
    const auto invite = co_await other.node_->create_invite(terms);
    const std::string link = checked(invite, other.name + " invites").link;
    std::string own_name_for_it;
    const auto accepted = co_await node_->accept_invite(link, std::move(own_name_for_it));
    checked(accepted, name + " accepts");
    const bool both = co_await wait_for(other);
    if (!both) ++town_.vain_invitations;
}

Task<bool> Resident::write(std::string text) {
    if (!is_on() || contacts.empty()) co_return false;
    node::SendOptions options;
    options.who = contacts[random_.below(contacts.size())]->name;
    options.text = std::move(text);
    const auto sent_now = co_await node_->send(std::move(options));
    // The day may end while it is written.
    if (!sent_now) co_return false;
    co_return true;
}

bool Resident::was_on(SteadyTime from, SteadyTime until) const {
    return std::ranges::any_of(
        spans_, [&](const Span& span) { return span.from <= from && until <= span.until; });
}

SteadyTime Resident::on_after(SteadyTime time) const {
    for (const Span& span : spans_) {
        if (time < span.until) return std::max(time, span.from);
    }
    return SteadyTime::max();
}

std::uint64_t Resident::link_bytes() const {
    if (!transport_) return link_bytes_before_;
    const auto traffic = transport_->counters().traffic;
    return link_bytes_before_ + traffic.bytes_in + traffic.bytes_out;
}

directory::Traffic Resident::dht_traffic() const {
    return directory_ ? dht_before_ + directory_->traffic() : dht_before_;
}

directory::Connection Resident::connection() const {
    return directory_ ? directory_->state().connection : directory::Connection::Offline;
}

}  // namespace kith::sim
