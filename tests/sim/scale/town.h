// SPDX-License-Identifier: GPL-3.0-or-later
// Many whole nodes in one process and in virtual time: real core, real OpenDHT. Links go through
// SimNetworks, datagrams of the DHT through VirtualNetworks. One seed gives one run, on two
// threads: each runs half of the residents.
#pragma once

#include "dht/opendht_directory.h"
#include "tests/sim/dht/virtual_clock.h"
#include "tests/sim/scale/district.h"
#include "tests/sim/scale/resident.h"
#include "tests/sim/scale/road.h"

#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace kith::sim {

class Town {
  public:
    static constexpr std::size_t parts = 2;
    /// Shortest time of anything from one district to the other.
    static constexpr Duration latency = milliseconds(20);

    explicit Town(std::uint64_t seed);
    Town(const Town&) = delete;
    Town& operator=(const Town&) = delete;
    /// Switches everybody off.
    ~Town();

    /// Before anything has begun.
    Resident& settle(const Role& role);

    void run_for(Duration duration);
    /// Asks every ten seconds of virtual time. Throws after four hours.
    void run_until(const std::function<bool()>& holds);

    /// Does something where somebody else lives: if that is beyond, a latency there and one back.
    [[nodiscard]] static Task<> visit(District& here,
                                      District& there,
                                      std::function<Task<>()> what);

    SteadyTime now() const { return districts_.front()->now(); }

    Timestamp wall() const { return districts_.front()->clock.wall(); }

    std::size_t size() const { return residents_.size(); }

    Resident& operator[](std::size_t index) { return *residents_[index]; }

    District& district(std::size_t part) { return *districts_[part]; }

    /// A number that two runs share only if every datagram was the same at the same time.
    std::uint64_t digest() const;

    /// Of everybody who settles from now on.
    dht::ParkingLimits parking;

  private:
    // What `due_` says when a district has failed: both threads end with this window.
    static constexpr SteadyTime never = SteadyTime::min();

    void run(std::size_t part, SteadyTime end);

    std::array<std::unique_ptr<District>, parts> districts_;
    VirtualTime time_;
    std::array<Road, parts> roads_;  // [0] from the first district
    Meeting meeting_;
    // When the first thing is due in each: for this window and, from the faster one, the next.
    std::array<std::array<SteadyTime, parts>, 2> due_{};
    std::uint64_t window_ = 1;
    std::array<std::exception_ptr, parts> errors_;
    std::vector<std::unique_ptr<Resident>> residents_;
};

}  // namespace kith::sim
