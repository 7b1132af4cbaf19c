// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/clock/sim_strand.h"

#include "core/base/async_scope.h"

#include <gtest/gtest.h>

#include <vector>

namespace kith::test {
namespace {

TEST(SimStrand, BringsResultsWhenNothingElseIsToBeDone) {
    SimStrand strand;
    AsyncScope scope(strand.io.get_executor());
    std::vector<int> order;
    const auto ask = [](Worker& worker, std::vector<int>& out) -> Task<> {
        const std::function<int()> job = [] { return 2; };
        out.push_back((co_await worker.run(job)).value_or(-1));
    };
    // The worker has long had its result when the last of these is done.
    const auto wait =
        [](asio::any_io_executor executor, Worker& worker, std::vector<int>& out) -> Task<> {
        while (!worker.idle())
            co_await asio::post(executor, asio::use_awaitable);
        for (int i = 0; i < 100; ++i)
            co_await asio::post(executor, asio::use_awaitable);
        out.push_back(1);
    };
    scope.spawn(ask(strand.worker, order));
    scope.spawn(wait(strand.io.get_executor(), strand.worker, order));
    strand.settle();
    EXPECT_EQ(order, (std::vector{1, 2}));
}

}  // namespace
}  // namespace kith::test
