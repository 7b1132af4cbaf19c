// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/scale/resident.h"

#include "core/identity/address.h"
#include "tests/sim/scale/town.h"
#include "tests/support/directory/last_run_in_memory.h"

#include <algorithm>
#include <stdexcept>

namespace kith::sim {
namespace {

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

// A /24 of its own for each, public, so that nobody pays for another's traffic.
Endpoint address_of(std::size_t number) {
    return Endpoint::v4(
        11, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number), 7, 4222);
}

std::size_t number_of(const Endpoint& address) {
    return (std::size_t{address.address[13]} << 8) | address.address[14];
}

Resident::Resident(District& where, std::size_t number, Role given, dht::ParkingLimits parking)
    : name("Resident " + std::to_string(number)),
      role(given),
      district(where),
      parking_(parking),
      at_(address_of(number)),
      random_(where.random.u64()),
      store_(where.strand.io.get_executor()),
      last_run_(std::make_shared<test::LastRunInMemory>()) {
    where.links.set_callable(at_, role.callable);
}

Resident::~Resident() = default;

Task<> Resident::switch_on() {
    const auto executor = district.strand.io.get_executor();
    transport_ = std::make_unique<test::SimTransport>(executor, district.links, at_, random_);
    tap_ = std::make_unique<test::TrafficTap>(*transport_, district.ledger);
    dht::DirectoryConfig config;
    config.last_run = last_run_;
    config.serving = role.serves;
    config.parking = parking_;
    auto real = std::make_unique<dht::OpendhtDirectory>(
        executor, district.clock, random_, district.datagrams.io(at_), std::move(config));
    directory_ =
        std::make_unique<CountedDirectory>(std::move(real), district.clock, district.directory_log);
    const node::Ports ports{
        executor, district.clock, random_, store_, *tap_, *directory_, district.strand.worker};
    node::Settings settings;
    if (role.serves) {
        settings.mailbox.serve = mailbox::Serve::Network;
        settings.offer_mailbox_at_once = true;
    }
    node_ = checked(node::Node::open(ports, settings), name + " opens");
    on_ = true;
    spans_.push_back({district.now(), SteadyTime::max()});
    const auto started = co_await node_->start();
    checked(started, name + " starts");
}

Task<> Resident::switch_off() {
    if (!is_on()) co_return;
    on_ = false;
    spans_.back().until = district.now();
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
    joined_ = true;
}

bool Resident::knows(const Resident& other) const {
    const auto contact = node_->contact(other.name);
    return contact && contact->state == node::ContactState::Accepted;
}

bool Resident::has_met(const Resident& other) const {
    return std::ranges::find(contacts, &other) != contacts.end();
}

Task<bool> Resident::wait_for(Resident& other) {
    bool both = false;
    const std::function<Task<>()> ask = [this, &other, &both]() -> Task<> {
        both = other.knows(*this);
        if (both && !other.has_met(*this)) other.contacts.push_back(this);
        co_return;
    };
    for (int i = 0; i < 600; ++i) {
        if (knows(other)) co_await Town::visit(district, other.district, ask);
        if (both) {
            if (!has_met(other)) contacts.push_back(&other);
            co_return true;
        }
        co_await district.pause(milliseconds(500));
    }
    co_return false;
}

Task<std::string> Resident::invite() {
    if (!joined_) co_return std::string();
    node::InviteOptions terms;
    const auto invite = co_await node_->create_invite(terms);
    co_return checked(invite, name + " invites").link;
}

Task<std::string> Resident::invitation_of(Resident& other) {
    std::string link;
    const std::function<Task<>()> ask = [&other, &link]() -> Task<> {
        link = co_await other.invite();
    };
    co_await Town::visit(district, other.district, ask);
    co_return link;
}

Task<bool> Resident::join(Resident& inviter) {
    const std::string link = co_await invitation_of(inviter);
    if (link.empty()) co_return false;
    node::CreateOptions options;
    options.name = name;
    options.network = node::CreateOptions::Network::Invite;
    options.invite = link;
    const auto made = co_await node_->create_identity(std::move(options));
    checked(made, name + " joins");
    joined_ = true;
    std::string own_name_for_it;
    const auto accepted = co_await node_->accept_invite(link, std::move(own_name_for_it));
    checked(accepted, name + " accepts");
    const bool both = co_await wait_for(inviter);
    if (!both) ++district.vain_invitations;
    co_return true;
}

Task<> Resident::befriend(Resident& other) {
    if (&other == this || has_met(other)) co_return;
    const std::string link = co_await invitation_of(other);
    std::string own_name_for_it;
    const auto accepted = co_await node_->accept_invite(link, std::move(own_name_for_it));
    checked(accepted, name + " accepts");
    const bool both = co_await wait_for(other);
    if (!both) ++district.vain_invitations;
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
