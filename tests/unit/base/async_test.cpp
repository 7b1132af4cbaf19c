// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/async_queue.h"
#include "core/base/async_scope.h"
#include "core/base/system_clock.h"
#include "core/base/turnstile.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace kith {
namespace {

Task<> produce(AsyncQueue<int>& queue, int count) {
    for (int i = 0; i < count; ++i) {
        if (!co_await queue.push(i)) co_return;
    }
    queue.close();
}

Task<> consume(AsyncQueue<int>& queue, std::vector<int>& out) {
    while (auto item = co_await queue.pop())
        out.push_back(*item);
}

TEST(AsyncQueue, KeepsOrderAndItsBound) {
    asio::io_context io;
    AsyncQueue<int> queue(io.get_executor(), 3);
    AsyncScope scope(io.get_executor());
    std::vector<int> out;
    scope.spawn(produce(queue, 50));
    scope.spawn(consume(queue, out));
    io.run();
    ASSERT_EQ(out.size(), 50U);
    EXPECT_EQ(out.front(), 0);
    EXPECT_EQ(out.back(), 49);
    EXPECT_EQ(scope.size(), 0U);
}

TEST(AsyncQueue, DropsBeyondItsBoundOnTryPush) {
    asio::io_context io;
    AsyncQueue<int> queue(io.get_executor(), 2);
    EXPECT_TRUE(queue.try_push(1));
    EXPECT_TRUE(queue.try_push(2));
    EXPECT_FALSE(queue.try_push(3));
    EXPECT_EQ(queue.try_pop(), 1);
    EXPECT_TRUE(queue.try_push(4));
}

TEST(AsyncScope, WaitsForItsGuestsToo) {
    asio::io_context io;
    AsyncScope scope(io.get_executor());
    bool joined = false;
    const auto join = [&]() -> Task<> {
        co_await scope.join();
        joined = true;
    };
    std::optional<AsyncScope::Guest> guest(std::in_place, scope);
    AsyncScope waiter(io.get_executor());
    waiter.spawn(join());
    io.poll();
    EXPECT_FALSE(joined);
    {
        const AsyncScope::Guest moved(*std::move(guest));
        guest.reset();
        io.poll();
        EXPECT_FALSE(joined);
    }
    io.restart();
    io.run();
    EXPECT_TRUE(joined);
}

Task<> nap(Clock& clock, Duration delay, AsyncEvent& stop, int& slept) {
    slept = co_await sleep_for(clock, delay, stop) ? 1 : 0;
}

TEST(Clock, SleepEndsEarlyWhenStopped) {
    asio::io_context io;
    SystemClock clock(io.get_executor());
    AsyncEvent stop(io.get_executor());
    AsyncScope scope(io.get_executor());
    int slept = -1;
    scope.spawn(nap(clock, hours(1), stop, slept));
    asio::post(io, [&stop] { stop.set(); });
    io.run();
    EXPECT_EQ(slept, 0);
}

TEST(Clock, AlarmsRingOnceAndCanBeCalledOff) {
    asio::io_context io;
    SystemClock clock(io.get_executor());
    int rung = 0;
    Alarm kept;
    kept = clock.call_after(Duration::zero(), [&] {
        ++rung;
        kept.cancel();
    });
    Alarm dropped = clock.call_after(Duration::zero(), [&rung] { rung += 100; });
    dropped.cancel();
    io.run();
    EXPECT_EQ(rung, 1);
}

Task<> pass_and_note(Turnstile& turnstile, std::vector<int>& out, int number) {
    co_await turnstile.pass();
    out.push_back(number);
}

// Ready again and again, as a link that is busy.
void keep_noting(asio::io_context& io, std::vector<int>& out, int left) {
    if (left == 0) return;
    asio::post(io, [&io, &out, left] {
        out.push_back(0);
        keep_noting(io, out, left - 1);
    });
}

TEST(Turnstile, LetsOneThroughAtATimeAndOthersInBetween) {
    asio::io_context io;
    Turnstile turnstile(io.get_executor());
    AsyncScope scope(io.get_executor());
    std::vector<int> out;
    for (int i = 1; i <= 5; ++i)
        scope.spawn(pass_and_note(turnstile, out, i));
    keep_noting(io, out, 30);
    io.run();
    std::vector<int> passed;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (out[i] == 0) continue;
        EXPECT_TRUE(passed.empty() || out[i - 1] == 0) << "nobody came between";
        passed.push_back(out[i]);
    }
    EXPECT_EQ(passed, (std::vector{1, 2, 3, 4, 5})) << "first come, first served";
    EXPECT_EQ(turnstile.waiting(), 0U);
}

}  // namespace
}  // namespace kith
