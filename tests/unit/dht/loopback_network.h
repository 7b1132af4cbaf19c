// SPDX-License-Identifier: GPL-3.0-or-later
// Real OpendhtDirectories on 127.0.0.1, one address and many ports: OpenDHT puts the sender's
// address in place of a loopback address that it hears of. All share one limit per address, which
// is raised here.
#pragma once

#include "core/base/system_clock.h"
#include "core/directory/epoch.h"
#include "dht/opendht_directory.h"
#include "tests/support/seeded_random.h"

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

namespace kith::test {

/// P of a network, by number.
inline identity::Network network_number(std::uint8_t number) {
    return identity::Network(crypto::NetworkSecret::copy_of(Bytes(32, number)));
}

class LoopbackNetwork {
  public:
    LoopbackNetwork() = default;

    ~LoopbackNetwork() {
        for (const auto& node : nodes_) {
            run(node->directory.stop());
        }
    }

    struct Node {
        Node(LoopbackNetwork& net, std::uint64_t seed, dht::DirectoryConfig config)
            : random(seed),
              directory(net.io_.get_executor(),
                        net.clock_,
                        random,
                        dht::udp_io(net.io_.get_executor(), {Endpoint::v4(127, 0, 0, 1, 0)}),
                        std::move(config)) {}

        Endpoint endpoint() const { return directory.bound().front(); }

        std::size_t good() const { return directory.state().good_nodes; }

        SeededRandom random;
        dht::OpendhtDirectory directory;
    };

    static dht::DirectoryConfig config() {
        dht::DirectoryConfig out;
        out.requests_per_second = 8192;
        out.requests_per_source = 8192;
        out.datagrams.per_second = 1e5;
        out.datagrams.burst = 1e5;
        out.store.new_values_burst = 1e5;
        out.store.checks_per_second = 1e5;
        out.store.bytes_per_hour = std::size_t{1} << 30;
        return out;
    }

    /// A node that joins by the addresses given.
    Node& add(std::vector<Endpoint> known = {},
              std::uint8_t network = 1,
              dht::DirectoryConfig config = LoopbackNetwork::config()) {
        Node& node = prepare(std::move(config));
        if (!node.directory.start(network_number(network), std::move(known))) {
            throw std::runtime_error("no socket on 127.0.0.1");
        }
        return node;
    }

    /// A node that is not started yet.
    Node& prepare(dht::DirectoryConfig config = LoopbackNetwork::config()) {
        nodes_.push_back(std::make_unique<Node>(*this, 1000 + nodes_.size(), std::move(config)));
        return *nodes_.back();
    }

    /// `count` nodes of one network, each with the first one's address, all joined.
    std::vector<Node*> grow(std::size_t count) {
        std::vector<Node*> out{&add()};
        while (out.size() < count) {
            out.push_back(&add({out.front()->endpoint()}));
            wait_until([&] { return out.back()->good() > 0; });
        }
        return out;
    }

    template <class T>
    T run(Task<T> task) {
        std::optional<T> result;
        asio::co_spawn(io_, std::move(task), [&](const std::exception_ptr& error, T value) {
            if (error) std::rethrow_exception(error);
            result.emplace(std::move(value));
        });
        wait_until([&] { return result.has_value(); });
        return *std::move(result);
    }

    void run(Task<> task) {
        bool done = false;
        asio::co_spawn(io_, std::move(task), [&](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
            done = true;
        });
        wait_until([&] { return done; });
    }

    /// Lets everything run until `condition` holds; a test that waits in vain ends here.
    void wait_until(const std::function<bool()>& condition) {
        const SteadyTime limit = clock_.now() + seconds(30);
        io_.restart();
        while (!condition()) {
            io_.run_one_for(milliseconds(100));
            if (clock_.now() > limit) throw std::runtime_error("waited in vain");
        }
    }

    /// Lets everything run for a while.
    void run_for(Duration duration) {
        const SteadyTime end = clock_.now() + duration;
        io_.restart();
        while (clock_.now() < end) {
            io_.run_one_for(end - clock_.now());
        }
    }

    SteadyTime in(Duration delay) const { return clock_.now() + delay; }

    Clock& clock() { return clock_; }

    asio::any_io_executor executor() { return io_.get_executor(); }

    directory::Epoch epoch() const { return directory::epoch_at(clock_.wall()); }

  private:
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> guard_ = asio::make_work_guard(io_);
    SystemClock clock_{io_.get_executor()};
    std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace kith::test
