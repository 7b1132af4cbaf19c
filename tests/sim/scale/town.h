// SPDX-License-Identifier: GPL-3.0-or-later
// Many whole nodes in one process and in virtual time: real core, real OpenDHT. Links go through a
// SimNetwork, datagrams of the DHT through a VirtualNetwork. One seed gives one run.
#pragma once

#include "core/base/worker.h"
#include "dht/opendht_directory.h"
#include "tests/sim/dht/virtual_clock.h"
#include "tests/sim/dht/virtual_network.h"
#include "tests/sim/node/traffic_tap.h"
#include "tests/sim/scale/resident.h"

#include <functional>
#include <memory>
#include <vector>

namespace kith::sim {

class Town {
  public:
    explicit Town(std::uint64_t seed);
    Town(const Town&) = delete;
    Town& operator=(const Town&) = delete;
    /// Switches everybody off.
    ~Town();

    Resident& settle(const Role& role);

    void run_for(Duration duration);
    /// Throws after four hours of virtual time.
    void run_until(const std::function<bool()>& holds);

    /// Begins something; what it throws ends the run.
    void start(Task<> task);
    [[nodiscard]] Task<> pause(Duration duration);

    SteadyTime now() const { return clock.now(); }

    std::size_t size() const { return residents_.size(); }

    Resident& operator[](std::size_t index) { return *residents_[index]; }

    /// Of everybody who settles from now on.
    dht::ParkingLimits parking;

    test::FakeClock clock;
    VirtualNetwork datagrams;
    test::StreamRandom random;

  private:
    test::StreamRandom opendht_random_;
    VirtualTime time_;

  public:
    asio::io_context io{1};
    test::SimNetwork links;
    Worker worker;
    test::TrafficLedger ledger;
    DirectoryLog directory_log;
    /// Those that made nobody a contact within minutes.
    std::size_t vain_invitations = 0;

  private:
    bool step(SteadyTime end);
    void settle_strand();

    std::vector<std::unique_ptr<Resident>> residents_;
};

}  // namespace kith::sim
