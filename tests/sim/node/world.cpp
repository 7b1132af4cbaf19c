// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/node/world.h"

#include "core/identity/address.h"
#include "core/node/contact_book.h"

#include <algorithm>
#include <cstdlib>

namespace kith::test {

namespace {

std::uint64_t number_or(const char* variable, std::uint64_t given) {
    const char* const wanted = std::getenv(variable);
    return wanted ? std::strtoull(wanted, nullptr, 10) : given;
}

}  // namespace

std::uint64_t seed_or(std::uint64_t given) {
    return number_or("KITH_SIM_SEED", given);
}

std::uint64_t last_seed_or(std::uint64_t given) {
    return number_or("KITH_SIM_SEEDS", given);
}

// --- World

World::World(std::uint64_t seed) : random(seed), network(clock, random), seed_(seed) {}

World::~World() {
    for (const auto& person : people_)
        person->switch_off();
}

Person& World::person(const std::string& name) {
    const auto number = static_cast<std::uint8_t>(people_.size() + 1);
    people_.push_back(std::make_unique<Person>(
        *this, name, Endpoint::v4(203, 0, number, 7, 4222), seed_ * 1000 + number));
    people_.back()->switch_on();
    return *people_.back();
}

void World::run(Duration time) {
    const SteadyTime end = clock.now() + time;
    run_until([this, end] { return clock.now() >= end; }, time);
}

bool World::run_until(const std::function<bool()>& holds, Duration at_most) {
    const SteadyTime end = clock.now() + at_most;
    for (;;) {
        strand.settle();
        if (holds()) return true;
        if (clock.now() >= end) return false;
        const auto next = clock.next();
        if (!next || *next > end) {
            clock.advance(end - clock.now());
        } else {
            clock.jump();
        }
    }
}

Task<> World::mark(Task<> task, bool& done) {
    co_await std::move(task);
    done = true;
}

void World::get(Task<> task) {
    bool done = false;
    asio::co_spawn(strand.io.get_executor(), mark(std::move(task), done), rethrow);
    if (!run_until([&done] { return done; }, minutes(5))) {
        throw std::runtime_error("the task did not end");
    }
}

// --- Person

Person::Person(World& world, std::string name, const Endpoint& at, std::uint64_t seed)
    : store(world.strand.io.get_executor()),
      world_(world),
      name_(std::move(name)),
      at_(at),
      random_(seed) {}

Person::~Person() {
    switch_off();
}

void Person::switch_on() {
    const auto executor = world_.strand.io.get_executor();
    transport_ = std::make_unique<SimTransport>(executor, world_.network, at_, random_);
    directory_ = std::make_unique<FakeDirectory>(executor, world_.clock, world_.space);
    if (through) through_ = through(*transport_);
    transport::Transport& transport = through_ ? *through_ : *transport_;
    const node::Ports ports{
        executor, world_.clock, random_, store, transport, *directory_, world_.strand.worker};
    auto opened = node::Node::open(ports, settings);
    if (!opened) throw std::runtime_error(opened.error().context);
    node_ = *std::move(opened);
    world_.get(node_->start());
}

void Person::switch_off() {
    if (!node_) return;
    world_.get(node_->stop());
    node_.reset();
    directory_.reset();
    through_.reset();
    transport_.reset();
}

void Person::move_to(const Endpoint& at) {
    world_.network.isolate(at_);
    at_ = at;
    if (!node_) return;
    transport_->move_to(at);
    node_->network_changed();
}

void Person::found() {
    node::CreateOptions options;
    options.name = name_;
    world_.get(node_->create_identity(options));
}

void Person::join(Person& inviter) {
    const auto invite = world_.get(inviter.node().create_invite({}));
    node::CreateOptions options;
    options.name = name_;
    options.network = node::CreateOptions::Network::Invite;
    options.invite = invite.link;
    world_.get(node_->create_identity(options));
    world_.get(node_->accept_invite(invite.link, {}));
    const bool both = world_.run_until(
        [&] { return has_contact(inviter) && inviter.has_contact(*this); }, minutes(2));
    if (!both) throw std::runtime_error(name_ + " did not get in");
}

void Person::befriend(Person& inviter) {
    const auto invite = world_.get(inviter.node().create_invite({}));
    world_.get(node_->accept_invite(invite.link, {}));
    const bool both = world_.run_until(
        [&] { return has_contact(inviter) && inviter.has_contact(*this); }, minutes(2));
    if (!both) throw std::runtime_error(name_ + " found nobody");
}

std::string Person::id() const {
    return node::account_id(node_->identity()->account);
}

bool Person::has_contact(const Person& other) const {
    const auto contact = node_->contact(other.id());
    return contact && contact->state == node::ContactState::Accepted;
}

crypto::MessageId Person::send(Person& to, const std::string& text) {
    node::SendOptions options;
    options.who = to.name_;
    options.text = text;
    return world_.get(node_->send(options)).id;
}

node::MessageState Person::state_of(const crypto::MessageId& id) const {
    return node_->trace(id)->message.state;
}

std::vector<std::string> Person::heard_from(const Person& from) const {
    node::HistoryQuery query;
    query.who = from.name_;
    query.limit = 500;
    std::vector<std::string> out;
    const auto lines = node_->history(query);
    if (!lines) return out;
    for (const auto& line : *lines) {
        if (line.direction == node::Direction::In) out.push_back(line.text);
    }
    return out;
}

}  // namespace kith::test
