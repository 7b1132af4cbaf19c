// SPDX-License-Identifier: GPL-3.0-or-later
// A network of real OpendhtDirectories in virtual time.
//
//   DhtWorld world(seed);
//   world.grow(64);
//   world.run_for(minutes(1));
//   auto published = world.run(world[3].directory->publish(records, world.in(seconds(20))));
#pragma once

#include "core/directory/epoch.h"
#include "dht/opendht_directory.h"
#include "tests/sim/dht/virtual_clock.h"
#include "tests/sim/dht/virtual_network.h"

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

namespace kith::sim {

struct DhtNodeInWorld {
    Endpoint address;
    std::unique_ptr<test::SeededRandom> random;
    std::unique_ptr<dht::OpendhtDirectory> directory;
    bool up = false;

    directory::State state() const { return directory->state(); }
};

class DhtWorld {
  public:
    explicit DhtWorld(std::uint64_t seed);
    DhtWorld(const DhtWorld&) = delete;
    DhtWorld& operator=(const DhtWorld&) = delete;
    ~DhtWorld();

    /// One more node, which knows the first and one other.
    DhtNodeInWorld& add();
    /// A node that knows these.
    DhtNodeInWorld& add(std::vector<Endpoint> known);

    /// So many more, one every 100 ms.
    void grow(std::size_t count);

    /// The process of this node is killed: no good-bye.
    void kill(DhtNodeInWorld& node);

    std::size_t size() const { return nodes_.size(); }

    DhtNodeInWorld& operator[](std::size_t index) { return *nodes_[index]; }

    /// A random node that is up.
    DhtNodeInWorld& any();

    /// So many different ones that are up, in random order.
    std::vector<DhtNodeInWorld*> sample(std::size_t count);

    void run_for(Duration duration);

    /// Runs the world until the operation has ended.
    template <class T>
    T run(Task<T> task) {
        std::optional<T> result;
        start<T>(std::move(task), [&result](T value) { result.emplace(std::move(value)); });
        run_until([&result] { return result.has_value(); });
        return *std::move(result);
    }

    /// Begins an operation; `done` gets its result while the world runs.
    template <class T>
    void start(Task<T> task, std::function<void(T)> done) {
        asio::co_spawn(io_,
                       std::move(task),
                       [done = std::move(done)](const std::exception_ptr& error, T value) {
                           if (error) std::rethrow_exception(error);
                           done(std::move(value));
                       });
    }

    /// Throws after ten minutes of virtual time.
    void run_until(const std::function<bool()>& condition);

    SteadyTime in(Duration delay) const { return clock.now() + delay; }

    directory::Epoch epoch() const { return directory::epoch_at(clock.wall()); }

    /// Of the nodes that are added from now on.
    dht::DirectoryConfig config;
    test::FakeClock clock;
    VirtualNetwork net;
    test::SeededRandom random;

  private:
    bool step(SteadyTime end);
    void stop(DhtNodeInWorld& node);

    test::SeededRandom opendht_random_;
    VirtualTime time_;
    asio::io_context io_;
    std::vector<std::unique_ptr<DhtNodeInWorld>> nodes_;
};

}  // namespace kith::sim
