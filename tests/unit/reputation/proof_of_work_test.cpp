// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/proof_of_work.h"

#include "core/base/refusal.h"

#include <gtest/gtest.h>

#include <limits>

namespace kith::reputation {
namespace {

Puzzle puzzle_of(std::uint8_t seed, std::uint32_t difficulty) {
    return {Challenge::copy_of(Bytes(32, seed)), difficulty};
}

TEST(Solver, FindsWhatTheVerifierTakes) {
    const Puzzle puzzle = puzzle_of(1, 6);
    Solver solver(puzzle);
    while (solver.step().value() == Solver::State::Working) {
    }
    EXPECT_TRUE(verify_work(puzzle, solver.nonces()));
}

TEST(Solver, StopsAfterEachStepAndGoesOnFromStoredProgress) {
    const Puzzle puzzle = puzzle_of(2, 6);
    Solver whole(puzzle);
    while (whole.step().value() == Solver::State::Working) {
    }
    Solver::Progress saved;
    std::uint64_t steps = 0;
    while (saved.index < sub_puzzles) {
        Solver solver(puzzle, saved);
        ASSERT_TRUE(solver.step(1));
        EXPECT_EQ(solver.progress().evaluations, saved.evaluations + 1);
        saved = solver.progress();
        ++steps;
    }
    EXPECT_EQ(saved, whole.progress());
    EXPECT_EQ(steps, whole.progress().evaluations);
}

TEST(Solver, DoesNothingMoreWhenItIsDone) {
    Solver solver(puzzle_of(3, 1));
    ASSERT_EQ(solver.step().value(), Solver::State::Done);
    EXPECT_EQ(solver.progress().evaluations, sub_puzzles);
    ASSERT_EQ(solver.step().value(), Solver::State::Done);
    EXPECT_EQ(solver.progress().evaluations, sub_puzzles);
}

TEST(Solver, NeedsAboutFourTimesTheDifficulty) {
    std::uint64_t evaluations = 0;
    for (std::uint8_t seed = 0; seed < 16; ++seed) {
        Solver solver(puzzle_of(seed, 8));
        while (solver.step().value() == Solver::State::Working) {
        }
        evaluations += solver.progress().evaluations;
    }
    // 64 sub-puzzles of mean 8, deviation 8: the mean is within 3 deviations, 24 %.
    EXPECT_NEAR(static_cast<double>(evaluations), 16.0 * 4 * 8, 16.0 * 4 * 8 * 0.3);
}

TEST(Work, EachOfTheFourSubPuzzlesIsChecked) {
    const Puzzle puzzle = puzzle_of(4, 6);
    Solver solver(puzzle);
    while (solver.step().value() == Solver::State::Working) {
    }
    for (std::uint8_t i = 0; i < sub_puzzles; ++i) {
        Nonces wrong = solver.nonces();
        do {
            ++wrong[i];
        } while (*evaluate(puzzle.challenge, i, wrong[i]) <= target_of(puzzle.difficulty));
        const auto verified = verify_work(puzzle, wrong);
        ASSERT_FALSE(verified);
        EXPECT_EQ(refusal_word(verified.error()), "bad_work");
    }
}

TEST(Work, TheTargetShrinksWithTheDifficulty) {
    EXPECT_EQ(target_of(1), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(target_of(2), std::numeric_limits<std::uint64_t>::max() / 2);
    EXPECT_EQ(target_of(1'024'000), 18014398509481ULL);
    EXPECT_FALSE(verify_work(puzzle_of(5, 0), {}));
}

}  // namespace
}  // namespace kith::reputation
