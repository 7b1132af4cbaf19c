// SPDX-License-Identifier: GPL-3.0-or-later
// A day on which nobody says anything, of somebody with three mailboxes and fifty contacts who are
// all there: what crosses her links, by cause. The DHT's part is measured with real DHT nodes
// (tests/sim/dht/idle_day_test.cpp); both together are at most 5 MB.
#include "tests/sim/node/traffic_tap.h"
#include "tests/sim/node/world.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::test {
namespace {

using node::MailboxState;

// Around each frame: a record of TLS 1.3, and at most one packet with one acknowledgement of it,
// IPv4 and TCP with time stamps.
constexpr std::uint64_t record_overhead = 22;
constexpr std::uint64_t packet_overhead = 104;
// A TLS 1.3 handshake with kith's certificates and the TCP handshake, measured on the loopback.
constexpr std::uint64_t link_overhead = 3000;
constexpr std::uint64_t links_share = 3'500'000;

struct World50 {
    World50() {
        alice.through = [this](transport::Transport& inner) {
            return std::make_unique<TrafficTap>(inner, ledger);
        };
        alice.switch_off();
        alice.switch_on();
        alice.found();
        for (const char* const name : {"Vera", "Walt", "Yara"}) {
            Person& host = world.person(name);
            host.switch_off();
            host.settings.mailbox.serve = mailbox::Serve::Network;
            host.settings.offer_mailbox_at_once = true;
            host.switch_on();
            host.join(alice);
        }
        for (int i = 0; i < 50; ++i) {
            friends.push_back(&world.person("Friend " + std::to_string(i)));
            friends.back()->join(alice);
        }
    }

    Person& friend_number(int number) { return *friends[static_cast<std::size_t>(number)]; }

    std::size_t kept() const {
        const auto hosts = *alice.node().mailboxes();
        return static_cast<std::size_t>(
            std::ranges::count(hosts, MailboxState::Ok, [](const auto& one) { return one.state; }));
    }

    TrafficLedger ledger;
    World world{1};
    std::vector<Person*> friends;
    Person& alice = world.person("Alice");
};

TEST(AnIdleDay, CostsItsShareOfFiveMegabytes) {
    World50 all;
    ASSERT_TRUE(all.world.run_until([&] { return all.kept() == 3; }, hours(1)));
    all.world.run(days(1) + hours(2));
    // Links to the five that she has talked to last stay for a day.
    for (int i = 0; i < 5; ++i)
        all.alice.send(all.friend_number(i), "good night");
    all.world.run(minutes(5));
    all.ledger = {};
    all.world.run(days(1));
    std::uint64_t sum = all.ledger.links * link_overhead;
    std::printf("%-22s %8s %10s %12s\n", "cause", "frames", "bytes", "on the wire");
    for (const auto& [cause, line] : all.ledger.causes) {
        const std::uint64_t wire = line.bytes + line.frames * (record_overhead + packet_overhead);
        std::printf("%-22s %8llu %10llu %12llu\n",
                    cause.c_str(),
                    static_cast<unsigned long long>(line.frames),
                    static_cast<unsigned long long>(line.bytes),
                    static_cast<unsigned long long>(wire));
        sum += wire;
    }
    std::printf("%-22s %8llu %10s %12llu\n",
                "new links",
                static_cast<unsigned long long>(all.ledger.links),
                "",
                static_cast<unsigned long long>(all.ledger.links) * link_overhead);
    std::printf("%-22s %8s %10s %12llu\n", "all", "", "", static_cast<unsigned long long>(sum));
    EXPECT_EQ(all.kept(), 3U);
    EXPECT_GT(sum, 10'000U) << "nothing was counted";
    EXPECT_LT(sum, links_share);
}

}  // namespace
}  // namespace kith::test
