// SPDX-License-Identifier: GPL-3.0-or-later
// Whole nodes in one process and in the time of a FakeClock: the real core/node on fake ports.
// Scripts read like the protocol: alice.send("bob", "hi"); world.cut(alice, bob); world.run(2h).
// One seed gives one run.
#pragma once

#include "core/node/node.h"
#include "tests/support/clock/fake_clock.h"
#include "tests/support/clock/sim_strand.h"
#include "tests/support/directory/fake_directory.h"
#include "tests/support/seeded_random.h"
#include "tests/support/store/memory_store.h"
#include "tests/support/transport/sim_transport.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kith::test {

class World;

/// One person with one device. The store outlives the node: the device may be switched off.
class Person {
  public:
    Person(World& world, std::string name, const Endpoint& at, std::uint64_t seed);
    ~Person();
    Person(const Person&) = delete;
    Person& operator=(const Person&) = delete;

    void switch_on();
    void switch_off();
    /// Another address; nothing comes to the old one any more. The system tells the node, if it
    /// is switched on.
    void move_to(const Endpoint& at);

    /// The first node of a network.
    void found();
    /// Joins by an invitation and waits until both are contacts.
    void join(Person& inviter);
    void befriend(Person& inviter);

    /// Durable when it returns.
    crypto::MessageId send(Person& to, const std::string& text);
    node::MessageState state_of(const crypto::MessageId& id) const;
    /// Texts that came from somebody, in their order.
    std::vector<std::string> heard_from(const Person& from) const;

    node::Node& node() { return *node_; }

    const node::Node& node() const { return *node_; }

    const Endpoint& address() const { return at_; }

    /// Look-ups in the directory since it was switched on.
    std::size_t lookups() const { return directory_->lookups; }

    std::string id() const;

    MemoryStore store;
    /// Takes effect when it is switched on.
    node::Settings settings;
    /// Alike: what stands between the node and the network.
    std::function<std::unique_ptr<transport::Transport>(transport::Transport&)> through;

  private:
    bool has_contact(const Person& other) const;

    World& world_;
    std::string name_;
    Endpoint at_;
    SeededRandom random_;
    std::unique_ptr<SimTransport> transport_;
    std::unique_ptr<transport::Transport> through_;
    std::unique_ptr<FakeDirectory> directory_;
    std::unique_ptr<node::Node> node_;
};

class World {
  public:
    explicit World(std::uint64_t seed);
    /// Switches everybody off.
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Person& person(const std::string& name);

    /// Lets that much time pass.
    void run(Duration time);
    /// Until it holds; false when it does not within the time.
    bool run_until(const std::function<bool()>& holds, Duration at_most);

    /// Runs the world until the task has ended. A result that is an error fails the test.
    template <class T>
    T get(Task<Result<T>> task) {
        std::optional<Result<T>> result;
        asio::co_spawn(strand.io.get_executor(), keep(std::move(task), result), rethrow);
        run_until([&result] { return result.has_value(); }, minutes(5));
        if (!result) throw std::runtime_error("the task did not end");
        if (!*result) throw std::runtime_error(result->error().context);
        if constexpr (!std::is_void_v<T>) return *std::move(*result);
    }

    void get(Task<> task);

    void cut(const Person& a, const Person& b) { network.cut(a.address(), b.address()); }

    void heal(const Person& a, const Person& b) { network.heal(a.address(), b.address()); }

    SimStrand strand;
    FakeClock clock;
    SeededRandom random;
    SimNetwork network;
    FakeRecordSpace space;

  private:
    template <class T>
    [[nodiscard]] static Task<> keep(Task<Result<T>> task, std::optional<Result<T>>& result) {
        result = co_await std::move(task);
    }

    [[nodiscard]] static Task<> mark(Task<> task, bool& done);

    static void rethrow(const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
    }

    std::uint64_t seed_;
    std::vector<std::unique_ptr<Person>> people_;
};

/// KITH_SIM_SEED, or the one given.
std::uint64_t seed_or(std::uint64_t given);

/// The last seed of a script: KITH_SIM_SEEDS, or the given one.
std::uint64_t last_seed_or(std::uint64_t given);

}  // namespace kith::test
