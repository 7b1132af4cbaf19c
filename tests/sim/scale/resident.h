// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody who lives in a Town: a whole node on the real OpendhtDirectory and a store in memory,
// switched on and off in the course of a day.
#pragma once

#include "core/node/node.h"
#include "dht/nodes_file.h"
#include "dht/opendht_directory.h"
#include "tests/sim/scale/district.h"
#include "tests/support/store/memory_store.h"
#include "tests/support/transport/sim_transport.h"

#include <memory>
#include <string>
#include <vector>

namespace kith::sim {

/// Where the resident of this number, 0..65535, is reached, and back.
Endpoint address_of(std::size_t number);
std::size_t number_of(const Endpoint& address);

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

/// Everything but `name` and `role` is for the thread of its district, and, between runs, for
/// whoever runs the town.
class Resident {
  public:
    Resident(District& where, std::size_t number, Role role, dht::ParkingLimits parking);
    Resident(const Resident&) = delete;
    Resident& operator=(const Resident&) = delete;
    ~Resident();

    [[nodiscard]] Task<> switch_on();
    [[nodiscard]] Task<> switch_off();

    /// Begins the network.
    [[nodiscard]] Task<> found();
    /// Joins it by an invitation of somebody who is on; mostly both are contacts when it ends.
    /// False: that one has not joined yet.
    [[nodiscard]] Task<bool> join(Resident& inviter);
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
    District& district;
    std::vector<Resident*> contacts;

  private:
    /// A link; empty when it has not joined yet.
    [[nodiscard]] Task<std::string> invite();
    [[nodiscard]] Task<std::string> invitation_of(Resident& other);
    /// False: not within five minutes; two who cannot be called need a mailbox first.
    [[nodiscard]] Task<bool> wait_for(Resident& other);
    bool knows(const Resident& other) const;
    bool has_met(const Resident& other) const;

    dht::ParkingLimits parking_;
    Endpoint at_;
    test::StreamRandom random_;
    test::MemoryStore store_;
    bool on_ = false;
    bool joined_ = false;
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
