// SPDX-License-Identifier: GPL-3.0-or-later
// Whether this node takes part in the DHT all the time or only when it has something to ask. In a
// small network everybody is needed; in a large one a part of the nodes carries the records, and
// the others are parked: no timer runs, no packet is read, and an operation wakes the node for two
// minutes. Each node decides alone, by how many take part around it, and at a random time, so that
// a crowd that sees the same does not act at once: docs/spec/directory.md#parking.
//
// Pure; time and randomness are arguments.
#pragma once

#include "core/base/random.h"
#include "core/base/time.h"

#include <cstddef>
#include <optional>

namespace kith::dht {

/// Nodes that take part, as estimated. Part of the behaviour that all nodes share.
struct ParkingLimits {
    std::size_t park_above = 512;
    std::size_t return_below = 256;
};

class Parking {
  public:
    /// A decision falls at a random time within so long after its reason came up.
    static constexpr Duration decide_within = hours(6);
    /// After the last operation a parking node stays awake for so long.
    static constexpr Duration awake_for = minutes(2);

    /// A serving node never parks.
    Parking(ParkingLimits limits, bool serving) : limits_(limits), serving_(serving) {}

    /// As the last run left it: who is on for an hour at a time would seldom see its drawn time.
    /// The network may have shrunk since, or be another one: nobody rests before it has seen in
    /// this run how many take part, and whoever is needed returns at once.
    void start(bool parked);

    /// What an awake node sees: how many nodes take part; nullopt: not known. Often.
    void look(std::optional<std::size_t> nodes, SteadyTime now, Random& random);

    /// The time of a decision has come: the caller counts anew and calls decide().
    bool due(SteadyTime now) const { return decision_ && now >= *decision_; }

    void decide(std::optional<std::size_t> nodes);

    /// An operation begins, runs or ends.
    void used(SteadyTime now) { used_ = now; }

    /// Whether it is one of those who park between operations.
    bool parks() const { return parks_; }

    /// Whether it may stop taking part now.
    bool may_rest(SteadyTime now) const { return parks_ && seen_ && now - used_ >= awake_for; }

  private:
    bool wants_other(std::optional<std::size_t> nodes) const;

    ParkingLimits limits_;
    bool serving_;
    bool parks_ = false;
    bool seen_ = true;  // how many take part, since the start
    std::optional<SteadyTime> decision_;
    SteadyTime used_{};
};

}  // namespace kith::dht
