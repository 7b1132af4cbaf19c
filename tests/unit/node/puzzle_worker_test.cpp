// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/puzzle_worker.h"

#include "core/base/async_scope.h"
#include "tests/support/clock/fake_clock.h"

#include <gtest/gtest.h>

#include <future>

namespace kith::node {
namespace {

class PuzzleWorkerTest : public ::testing::Test {
  protected:
    /// The worker has no room until release().
    void crowd() {
        std::promise<void> begun;
        const auto open = gate_.get_future().share();
        scope_.spawn(occupy([open, &begun] {
            begun.set_value();
            open.wait();
            return 0;
        }));
        run_what_is_ready();
        begun.get_future().wait();
        for (std::size_t job = 0; job < limits::worker_jobs; ++job)
            scope_.spawn(occupy([] { return 0; }));
        run_what_is_ready();
    }

    Task<> occupy(std::function<int()> job) {
        const auto done = co_await worker_.run(std::move(job));
        EXPECT_TRUE(done);
    }

    void release() { gate_.set_value(); }

    void begin_step() {
        const reputation::Puzzle puzzle{.challenge = {}, .difficulty = 1};
        scope_.spawn(take_step(reputation::Solver(puzzle)));
        run_what_is_ready();
    }

    Task<> take_step(reputation::Solver solver) {
        stepped_ = co_await puzzles_.step(std::move(solver), stop_);
        ended_ = true;
    }

    // Bounded: a step that does not wait would run for ever.
    void run_what_is_ready() {
        io_.restart();
        for (int handlers = 0; handlers < 1000 && io_.poll_one() != 0; ++handlers) {
        }
    }

    void run_until_ended() {
        while (!ended_) {
            io_.restart();
            run_what_is_ready();
            clock_.jump();
            std::this_thread::yield();
        }
    }

    asio::io_context io_;
    test::FakeClock clock_;
    std::promise<void> gate_;
    Worker worker_{io_.get_executor()};
    PuzzleWorker puzzles_{worker_, clock_};
    AsyncEvent stop_{io_.get_executor()};
    AsyncScope scope_{io_.get_executor()};
    std::optional<reputation::Solver> stepped_;
    bool ended_ = false;
};

TEST_F(PuzzleWorkerTest, WaitsWhileTheWorkerHasNoRoomAndGoesOn) {
    crowd();
    begin_step();
    EXPECT_FALSE(ended_);
    EXPECT_EQ(clock_.alarms(), 1U);
    clock_.jump();
    run_what_is_ready();
    EXPECT_FALSE(ended_);
    EXPECT_EQ(clock_.alarms(), 1U);

    release();
    run_until_ended();
    ASSERT_TRUE(stepped_);
    EXPECT_TRUE(stepped_->done());
}

TEST_F(PuzzleWorkerTest, EndsWithoutTheSolverWhenItIsToStop) {
    crowd();
    begin_step();
    stop_.set();
    run_what_is_ready();
    EXPECT_TRUE(ended_);
    EXPECT_FALSE(stepped_);
    release();
}

}  // namespace
}  // namespace kith::node
