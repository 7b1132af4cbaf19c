// SPDX-License-Identifier: GPL-3.0-or-later
// Puzzles on the worker: solving in steps of about 50 ms, so that nothing else waits longer for the
// worker, and checking. Measures once how long an evaluation takes on this machine; that figure is
// for people and for our own bounds, never for the wire. Strand only.
#pragma once

#include "core/base/async_event.h"
#include "core/base/clock.h"
#include "core/base/worker.h"
#include "core/reputation/epoch_policy.h"
#include "core/reputation/proof_of_work.h"

#include <optional>

namespace kith::node {

class PuzzleWorker {
  public:
    /// Until it is measured; a slow machine.
    static constexpr Duration evaluation_unknown = milliseconds(1);

    PuzzleWorker(Worker& worker, Clock& clock) : worker_(worker), clock_(clock) {}

    /// Median time of nine evaluations. Measured with the first call, some 10 ms.
    [[nodiscard]] Task<Duration> measure();

    /// As measured, or evaluation_unknown.
    Duration evaluation() const { return evaluation_; }

    /// One step of a search; gives the solver back. Waits while the worker has no room, or the
    /// machine no memory. nullopt: `stop` was set meanwhile.
    [[nodiscard]] Task<std::optional<reputation::Solver>> step(reputation::Solver solver,
                                                               AsyncEvent& stop);

    /// Refused: false work. Busy: not checked.
    [[nodiscard]] Task<Result<>> verify(reputation::WorkClaim claim);

  private:
    Worker& worker_;
    Clock& clock_;
    Duration evaluation_ = evaluation_unknown;
    bool measured_ = false;
};

}  // namespace kith::node
