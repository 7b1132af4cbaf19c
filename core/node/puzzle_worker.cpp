// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/puzzle_worker.h"

#include <algorithm>
#include <array>

namespace kith::node {
namespace {

constexpr std::size_t measurements = 9;

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

Task<Result<reputation::Solver>> PuzzleWorker::step(reputation::Solver solver) {
    using Stepped = Result<reputation::Solver>;
    std::function<Stepped()> job = [solver = std::move(solver)]() mutable -> Stepped {
        KITH_CHECK(solver.step());
        return std::move(solver);
    };
    auto stepped = co_await worker_.run(std::move(job));
    if (!stepped) co_return tl::unexpected(stepped.error());
    co_return *std::move(stepped);
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
