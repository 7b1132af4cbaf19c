// SPDX-License-Identifier: GPL-3.0-or-later
// Half of a town, and all that its thread touches: clock, strand, networks, randomness.
#pragma once

#include "tests/sim/dht/virtual_network.h"
#include "tests/sim/node/traffic_tap.h"
#include "tests/sim/scale/counted_directory.h"
#include "tests/support/clock/fake_clock.h"
#include "tests/support/clock/sim_strand.h"
#include "tests/support/seeded_random.h"
#include "tests/support/transport/sim_network.h"

#include <unordered_map>

namespace kith::sim {

class District {
  public:
    explicit District(std::uint64_t seed);

    SteadyTime now() const { return clock.now(); }

    /// Begins something here; what it throws ends the run.
    void start(Task<> task);
    [[nodiscard]] Task<> pause(Duration duration);

    /// Something from another district.
    void arrive(SteadyTime when, std::function<void()> action);

    /// Does what is due before `end`, also what becomes due meanwhile.
    void run_before(SteadyTime end);
    /// Requires: nothing is due before `time`.
    void wait_until(SteadyTime time);

    test::FakeClock clock;
    test::StreamRandom random;
    test::StreamRandom opendht_random;
    VirtualNetwork datagrams;
    test::SimStrand strand;
    test::SimNetwork links;
    test::TrafficLedger ledger;
    DirectoryLog directory_log;
    /// Those that made nobody a contact within minutes.
    std::size_t vain_invitations = 0;

  private:
    std::unordered_map<std::uint64_t, Alarm> under_way_;
    std::uint64_t arrived_ = 0;
};

}  // namespace kith::sim
