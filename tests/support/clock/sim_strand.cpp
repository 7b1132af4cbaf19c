// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/clock/sim_strand.h"

#include <thread>

namespace kith::test {

void SimStrand::settle() {
    for (;;) {
        io.restart();
        if (io.poll() > 0) continue;
        while (!worker.idle())
            std::this_thread::yield();  // run_one_for() would wait by a clock that stands still
        results_.restart();
        if (results_.poll() == 0) return;
    }
}

}  // namespace kith::test
