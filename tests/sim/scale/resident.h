// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody who lives in a Town: a whole node on the real OpendhtDirectory and a store in memory,
// switched on and off in the course of a day.
#pragma once

#include "core/node/node.h"
#include "dht/nodes_file.h"
#include "tests/sim/scale/counted_directory.h"
#include "tests/support/seeded_random.h"
#include "tests/support/store/memory_store.h"
#include "tests/support/transport/sim_transport.h"

#include <memory>
#include <string>
#include <vector>

namespace kith::sim {

class Town;

struct Role {
    bool serves = false;   // a mailbox for everybody, always on, never parked
    bool always = false;   // on the whole day
    bool callable = true;  // not behind a NAT
};

/// Sent by one and heard by another.
struct Span {
    SteadyTime from{};
    SteadyTime until{};
};

class Resident {
  public:
    Resident(Town& town, std::size_t number, Role role);
    Resident(const Resident&) = delete;
    Resident& operator=(const Resident&) = delete;
    ~Resident();

    [[nodiscard]] Task<> switch_on();
    [[nodiscard]] Task<> switch_off();

    /// Begins the network.
    [[nodiscard]] Task<> found();
    /// Joins it by an invitation of somebody who is on; mostly both are contacts when it ends.
    [[nodiscard]] Task<> join(Resident& inviter);
    [[nodiscard]] Task<> befriend(Resident& other);

    /// One text to one of the contacts; false when there is none, or it is off.
    [[nodiscard]] Task<bool> write(std::string text);

    bool is_on() const { return node_ != nullptr && on_; }

    /// Whether it was on from `from` to `until` without a break.
    bool was_on(SteadyTime from, SteadyTime until) const;
    /// When it was switched on first after `time`; `time` itself if it was on then.
    SteadyTime on_after(SteadyTime time) const;

    const node::Node& node() const { return *node_; }

    /// Bytes of links and of the DHT since the beginning, restarts included.
    std::uint64_t link_bytes() const;
    directory::Traffic dht_traffic() const;
    directory::Connection connection() const;

    std::size_t store_rows() const { return store_.copy().size(); }

    const std::string name;
    const Role role;
    std::vector<Resident*> contacts;

  private:
    /// False: not within five minutes; two who cannot be called need a mailbox first.
    [[nodiscard]] Task<bool> wait_for(Resident& other);
    bool knows(const Resident& other) const;

    Town& town_;
    Endpoint at_;
    test::StreamRandom random_;
    test::MemoryStore store_;
    bool on_ = false;
    std::vector<Span> spans_;
    std::shared_ptr<dht::LastRunKeeper> last_run_;
    std::uint64_t link_bytes_before_ = 0;
    directory::Traffic dht_before_;
    std::unique_ptr<test::SimTransport> transport_;
    std::unique_ptr<transport::Transport> tap_;
    std::unique_ptr<directory::Directory> directory_;
    std::unique_ptr<node::Node> node_;
};

}  // namespace kith::sim
