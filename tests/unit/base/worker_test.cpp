// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/worker.h"

#include "core/base/async_scope.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

Task<> compute(Worker& worker, std::thread::id& where, int& out) {
    const std::function<int()> job = [&where] {
        where = std::this_thread::get_id();
        return 42;
    };
    const auto answer = co_await worker.run(job);
    out = answer.value_or(-1);
}

TEST(Worker, RunsElsewhereAndAnswersOnTheStrand) {
    asio::io_context io;
    auto guard = asio::make_work_guard(io);
    Worker worker(io.get_executor());
    AsyncScope scope(io.get_executor());
    std::thread::id where;
    int out = 0;
    scope.spawn(compute(worker, where, out));
    while (out == 0)  // NOLINT(bugprone-infinite-loop): the coroutine has a reference.
        io.run_one();
    EXPECT_EQ(out, 42);
    EXPECT_NE(where, std::this_thread::get_id());
}

}  // namespace
}  // namespace kith
