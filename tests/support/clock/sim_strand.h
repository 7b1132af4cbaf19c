// SPDX-License-Identifier: GPL-3.0-or-later
// The strand of a simulated world. Results of its worker come when the strand has nothing else to
// do, so that the order of all that happens does not depend on how fast the worker is.
#pragma once

#include "core/base/worker.h"

namespace kith::test {

class SimStrand {
  public:
    /// Does all there is to do while the clock stands still, also what the worker computes.
    void settle();

    asio::io_context io{1};

  private:
    asio::io_context results_{1};

  public:
    Worker worker{results_.get_executor()};
};

}  // namespace kith::test
