// SPDX-License-Identifier: GPL-3.0-or-later
// One time for everything in a thread. OpenDHT reads std::chrono's clocks by itself; the
// program defines them anew, and libopendht, which finds them through its symbol table, reads the
// FakeClock that is installed here. The same goes for its random generator.
#pragma once

#include "tests/support/clock/fake_clock.h"
#include "tests/support/seeded_random.h"

namespace kith::sim {

/// From here to its end, this thread's std::chrono and std::random_device are these two.
class VirtualTime {
  public:
    VirtualTime(test::FakeClock& clock, Random& random);
    VirtualTime(const VirtualTime&) = delete;
    VirtualTime& operator=(const VirtualTime&) = delete;
    ~VirtualTime();
};

}  // namespace kith::sim
