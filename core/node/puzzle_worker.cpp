// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/puzzle_worker.h"

#include <algorithm>
#include <array>

namespace kith::node {
namespace {

constexpr std::size_t measurements = 9;
// As long as a step takes: so soon there is room again.
constexpr Duration busy_pause = milliseconds(50);

}  // namespace

Task<Duration> PuzzleWorker::measure() {
    if (measured_) co_return evaluation_;
    std::array<Duration, measurements> times{};
    for (Duration& time : times) {
        const SteadyTime begun = clock_.now();
        std::function<bool()> job = [] {
            return reputation::evaluate(reputation::Challenge(), 0, 0).has_value();
        };
        const auto done = co_await worker_.run(std::move(job));
        if (!done || !*done) co_return evaluation_;
        time = clock_.now() - begun;
    }
    std::ranges::sort(times);
    evaluation_ = std::max<Duration>(times[measurements / 2], Duration(1));
    measured_ = true;
    co_return evaluation_;
}

Task<std::optional<reputation::Solver>> PuzzleWorker::step(reputation::Solver solver,
                                                           AsyncEvent& stop) {
    using Stepped = Result<reputation::Solver>;
    for (;;) {
        std::function<Stepped()> job = [solver]() mutable -> Stepped {
            KITH_CHECK(solver.step());
            return std::move(solver);
        };
        const auto stepped = co_await worker_.run(std::move(job));
        if (stepped && *stepped) co_return **stepped;
        const bool go_on = co_await sleep_for(clock_, busy_pause, stop);
        if (!go_on) co_return std::nullopt;
    }
}

Task<Result<>> PuzzleWorker::verify(reputation::WorkClaim claim) {
    std::function<Result<>()> job = [claim = std::move(claim)] {
        return reputation::verify_claim(claim);
    };
    auto verified = co_await worker_.run(std::move(job));
    if (!verified) co_return tl::unexpected(verified.error());
    co_return *std::move(verified);
}

}  // namespace kith::node
