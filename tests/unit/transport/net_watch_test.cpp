// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/net_watch.h"

#include "tests/support/clock/fake_clock.h"
#include "tests/unit/transport/runner.h"

#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <thread>

namespace kith::transport {
namespace {

TEST(NetWatch, ListsLoopbackWithItsSubnet) {
    const auto found = local_addresses();
    ASSERT_FALSE(found.empty());
    LocalAddress loopback;
    loopback.address = Endpoint::v4(127, 0, 0, 1, 0).address;
    loopback.prefix_bits = 96 + 8;
    EXPECT_NE(std::ranges::find(found, loopback), found.end());
    EXPECT_TRUE(std::ranges::is_sorted(found));
}

struct Watched {
    Watched() {
        watch.emplace(
            runner.executor(), clock, [this](NetChange change) { changes.push_back(change); });
    }

    Runner runner;
    test::FakeClock clock;
    std::vector<NetChange> changes;
    std::optional<NetWatch> watch;
};

TEST(NetWatch, TellsWhenTheHostWakesUp) {
    Watched test;
    test.clock.advance(minutes(5));
    EXPECT_TRUE(test.changes.empty());
    test.clock.sleep(seconds(31));
    test.clock.advance(seconds(15));
    EXPECT_EQ(test.changes, std::vector{NetChange::WokeUp});
    test.clock.advance(minutes(5));
    EXPECT_EQ(test.changes.size(), 1U);
}

TEST(NetWatch, DoesNotMindAShortNap) {
    Watched test;
    test.clock.sleep(seconds(29));
    test.clock.advance(seconds(15));
    test.clock.sleep(seconds(29));
    test.clock.advance(seconds(15));
    EXPECT_TRUE(test.changes.empty());
}

TEST(NetWatch, TellsNothingAfterItsEnd) {
    Watched test;
    test.clock.sleep(minutes(1));
    test.watch.reset();
    EXPECT_EQ(test.clock.alarms(), 0U);
    test.runner.settle();
    EXPECT_TRUE(test.changes.empty());
}

TEST(NetWatch, MayBeEndedByItsOwnCall) {
    Runner runner;
    test::FakeClock clock;
    std::optional<NetWatch> watch;
    int calls = 0;
    watch.emplace(runner.executor(), clock, [&](NetChange) {
        ++calls;
        watch.reset();
    });
    clock.sleep(minutes(1));
    clock.advance(minutes(1));
    EXPECT_EQ(calls, 1);
}

void set_loopback(bool up) {
    const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    ifreq request{};
    std::strncpy(request.ifr_name, "lo", sizeof(request.ifr_name) - 1);
    request.ifr_flags = up ? IFF_UP : 0;
    EXPECT_EQ(::ioctl(fd, SIOCSIFFLAGS, &request), 0);
    ::close(fd);
}

// In a network namespace of its own, where an interface can be switched on and off.
TEST(NetWatch, TellsOfAnAddressSoonAfterTheKernelDoes) {
    bool possible = false;
    std::vector<NetChange> changes;
    std::thread other([&] {
        if (::unshare(CLONE_NEWNET) != 0) return;
        possible = true;
        Watched test;
        for (const bool up : {true, false}) {
            const auto before = test.changes.size();
            set_loopback(up);
            test.runner.settle();
            // Announcements are gathered first.
            EXPECT_EQ(test.changes.size(), before);
            test.clock.advance(seconds(1));
            EXPECT_EQ(test.changes.size(), before + 1);
        }
        changes = test.changes;
    });
    other.join();
    if (!possible) GTEST_SKIP() << "needs the right to make a network namespace";
    EXPECT_EQ(changes, (std::vector{NetChange::Addresses, NetChange::Addresses}));
}

}  // namespace
}  // namespace kith::transport
