// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/accept_gate.h"

#include <gtest/gtest.h>

#include <set>

namespace kith::transport {
namespace {

constexpr std::uint64_t salt = 42;

Endpoint source(unsigned number) {
    return Endpoint::v4(
        198, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number), 1, 4000);
}

// Admits one link, long enough after the one before that no rate counts.
struct Gate {
    explicit Gate(GateLimits caps = {}) : gate(caps, salt) {}

    GateDecision admit(const Endpoint& from) {
        now += seconds(1);
        return gate.admit(from, now);
    }

    GateTicket open(const Endpoint& from, Guest guest = Guest::Customer) {
        const auto decision = admit(from);
        EXPECT_EQ(decision.verdict, GateVerdict::Admitted);
        EXPECT_FALSE(gate.opened(decision.ticket, guest, now).has_value());
        return decision.ticket;
    }

    AcceptGate gate;
    SteadyTime now{};
};

TEST(AcceptGate, LimitsTheHandshakesOfOneSource) {
    AcceptGate gate({}, salt);
    SteadyTime now{};
    int admitted = 0;
    for (int i = 0; i < 100; ++i)
        admitted += gate.admit(source(1), now).verdict == GateVerdict::Admitted ? 1 : 0;
    EXPECT_EQ(admitted, 5);
    EXPECT_EQ(gate.admit(source(1), now).verdict, GateVerdict::SourceRate);
    EXPECT_EQ(gate.admit(source(2), now).verdict, GateVerdict::Admitted);
    now += milliseconds(50);
    EXPECT_EQ(gate.admit(source(1), now).verdict, GateVerdict::Admitted);
    EXPECT_EQ(gate.admit(source(1), now).verdict, GateVerdict::SourceRate);
}

TEST(AcceptGate, LimitsTheHandshakesOfAllSources) {
    GateLimits caps;
    caps.inbound = 1000;
    caps.before_open = 1000;
    AcceptGate gate(caps, salt);
    const SteadyTime now{};
    for (unsigned i = 0; i < 200; ++i)
        ASSERT_EQ(gate.admit(source(i), now).verdict, GateVerdict::Admitted) << i;
    EXPECT_EQ(gate.admit(source(999), now).verdict, GateVerdict::TotalRate);
}

TEST(AcceptGate, LetsTheSourceOfAContactPassTheLimitOnAll) {
    GateLimits caps;
    caps.inbound = 1000;
    caps.before_open = 1000;
    AcceptGate gate(caps, salt);
    SteadyTime now{};
    const auto contact = gate.admit(source(999), now);
    gate.opened(contact.ticket, Guest::Contact, now);
    now += seconds(10);
    for (unsigned i = 0; i < 200; ++i)
        ASSERT_EQ(gate.admit(source(i), now).verdict, GateVerdict::Admitted) << i;
    EXPECT_EQ(gate.admit(source(998), now).verdict, GateVerdict::TotalRate);
    EXPECT_EQ(gate.admit(source(999), now).verdict, GateVerdict::Admitted);
}

TEST(AcceptGate, CountsASlash24AndASlash64AsOneSource) {
    Gate test;
    for (std::uint8_t host = 1; host <= 8; ++host)
        test.open(Endpoint::v4(203, 0, 113, host, 1));
    EXPECT_EQ(test.admit(Endpoint::v4(203, 0, 113, 200, 1)).verdict, GateVerdict::SourceFull);
    EXPECT_EQ(test.admit(Endpoint::v4(203, 0, 114, 1, 1)).verdict, GateVerdict::Admitted);

    for (int host = 1; host <= 8; ++host) {
        const auto text = "[2001:db8:1:2::" + std::to_string(host) + "]:9";
        test.open(parse_endpoint(text).value());
    }
    EXPECT_EQ(test.admit(parse_endpoint("[2001:db8:1:2:ffff::1]:9").value()).verdict,
              GateVerdict::SourceFull);
    EXPECT_EQ(test.admit(parse_endpoint("[2001:db8:1:3::1]:9").value()).verdict,
              GateVerdict::Admitted);
}

TEST(AcceptGate, GivesOurOwnSubnetMoreRoom) {
    Gate test;
    LocalAddress loopback;
    loopback.address = Endpoint::v4(127, 0, 0, 1, 0).address;
    loopback.prefix_bits = 96 + 8;
    test.gate.set_local({loopback});
    for (int i = 0; i < 64; ++i)
        test.open(Endpoint::v4(127, 0, 0, 1, 1));
    EXPECT_EQ(test.admit(Endpoint::v4(127, 0, 0, 1, 1)).verdict, GateVerdict::SourceFull);
}

TEST(AcceptGate, GivesAPlaceBackWhenALinkCloses) {
    Gate test;
    std::vector<GateTicket> tickets;
    for (int i = 0; i < 8; ++i)
        tickets.push_back(test.open(source(1)));
    ASSERT_EQ(test.admit(source(1)).verdict, GateVerdict::SourceFull);
    test.gate.closed(tickets.front());
    test.gate.closed(tickets.front());
    EXPECT_EQ(test.gate.inbound(), 7U);
    EXPECT_EQ(test.admit(source(1)).verdict, GateVerdict::Admitted);
    EXPECT_EQ(test.admit(source(1)).verdict, GateVerdict::SourceFull);
}

TEST(AcceptGate, TurnsAwayWhenAllHandshakesAreYoung) {
    AcceptGate gate({}, salt);
    const SteadyTime now{};
    for (unsigned i = 0; i < 64; ++i)
        ASSERT_EQ(gate.admit(source(i), now).verdict, GateVerdict::Admitted);
    EXPECT_EQ(gate.admit(source(100), now).verdict, GateVerdict::HandshakesFull);
    EXPECT_EQ(gate.before_open(), 64U);
}

TEST(AcceptGate, DropsTheOldestHandshakeOfTheBusiestSourceForANewcomer) {
    AcceptGate gate({}, salt);
    SteadyTime now{};
    std::vector<GateTicket> loris;
    std::vector<GateTicket> others;
    for (unsigned i = 0; i < 59; ++i)
        others.push_back(gate.admit(source(i), now).ticket);
    for (unsigned i = 0; i < 5; ++i)
        loris.push_back(gate.admit(source(500), now).ticket);
    now += seconds(2);
    const auto decision = gate.admit(source(501), now);
    EXPECT_EQ(decision.verdict, GateVerdict::Admitted);
    EXPECT_EQ(decision.evict, loris.front());
    EXPECT_EQ(gate.before_open(), 64U);
}

TEST(AcceptGate, KeepsPlacesForContacts) {
    Gate test;
    for (unsigned i = 0; i < 240; ++i)
        test.open(source(i));
    // The 241st stranger takes the place of another stranger.
    const auto decision = test.admit(source(300));
    ASSERT_EQ(decision.verdict, GateVerdict::Admitted);
    EXPECT_FALSE(decision.evict.has_value());
    EXPECT_TRUE(test.gate.opened(decision.ticket, Guest::Customer, test.now).has_value());
    EXPECT_EQ(test.gate.inbound(), 240U);
    for (unsigned i = 0; i < 16; ++i)
        test.open(source(400 + i), Guest::Contact);
    EXPECT_EQ(test.gate.inbound(), 256U);
}

TEST(AcceptGate, NeverEvictsContacts) {
    GateLimits caps;
    caps.inbound = 40;
    Gate test(caps);
    std::set<GateTicket> contacts;
    for (unsigned i = 0; i < 40; ++i)
        contacts.insert(test.open(source(i / 8), Guest::Contact));
    EXPECT_EQ(test.admit(source(99)).verdict, GateVerdict::Full);
    EXPECT_EQ(test.gate.inbound(), contacts.size());
}

TEST(AcceptGate, EvictsTheYoungestOfTheLargestSource) {
    GateLimits caps;
    caps.inbound = 64;
    caps.kept_for_contacts = 0;
    caps.per_source = 32;
    Gate test(caps);
    std::vector<GateTicket> crowd;
    for (unsigned i = 0; i < 32; ++i)
        test.open(source(i));
    for (unsigned i = 0; i < 32; ++i)
        crowd.push_back(test.open(source(1000)));
    const auto decision = test.admit(source(2000));
    ASSERT_EQ(decision.verdict, GateVerdict::Admitted);
    ASSERT_TRUE(decision.evict.has_value());
    // The four latest are spared as the latest useful ones.
    EXPECT_EQ(*decision.evict, crowd[crowd.size() - 5]);
}

TEST(AcceptGate, SparesTheNearestAndTheUseful) {
    GateLimits caps;
    caps.inbound = 40;
    caps.kept_for_contacts = 0;
    caps.per_source = 40;
    Gate test(caps);
    std::vector<GateTicket> links;
    for (unsigned i = 0; i < 40; ++i)
        links.push_back(test.open(source(7)));
    // The youngest would go first; make them near or useful.
    for (std::size_t i = 32; i < 40; ++i)
        test.gate.set_round_trip(links[i], milliseconds(1));
    test.now += seconds(1);
    for (std::size_t i = 28; i < 32; ++i)
        test.gate.set_useful(links[i], test.now);
    const auto decision = test.admit(source(8));
    ASSERT_TRUE(decision.evict.has_value());
    EXPECT_LE(*decision.evict, links[27]);
    EXPECT_GE(*decision.evict, links[20]);
}

TEST(AcceptGate, RefusesASourceAfterTenWrongCallsInAMinute) {
    Gate test;
    for (int i = 0; i < 9; ++i)
        test.gate.failed_call(source(1), test.now);
    ASSERT_EQ(test.admit(source(1)).verdict, GateVerdict::Admitted);
    test.gate.failed_call(source(1), test.now);
    EXPECT_EQ(test.admit(source(1)).verdict, GateVerdict::Banned);
    EXPECT_EQ(test.admit(source(2)).verdict, GateVerdict::Admitted);
    test.now += minutes(10);
    EXPECT_EQ(test.admit(source(1)).verdict, GateVerdict::Admitted);
}

TEST(AcceptGate, ForgivesWrongCallsThatAreSpreadOut) {
    Gate test;
    for (int i = 0; i < 50; ++i) {
        test.gate.failed_call(source(1), test.now);
        test.now += seconds(7);
    }
    EXPECT_EQ(test.admit(source(1)).verdict, GateVerdict::Admitted);
}

TEST(AcceptGate, DoublesTheRefusalForBreachesUpToAnHour) {
    Gate test;
    for (const int expected : {1, 2, 4, 8, 16, 32, 60, 60}) {
        for (int i = 0; i < 3; ++i)
            test.gate.malformed(source(1), test.now);
        const SteadyTime start = test.now;
        test.now = start + minutes(expected) - seconds(2);
        EXPECT_EQ(test.admit(source(1)).verdict, GateVerdict::Banned) << expected;
        test.now = start + minutes(expected);
        const auto after = test.admit(source(1));
        EXPECT_EQ(after.verdict, GateVerdict::Admitted) << expected;
        test.gate.closed(after.ticket);
    }
}

TEST(AcceptGate, ForgetsSourcesThatOweNothingAndStaysBounded) {
    AcceptGate gate({}, salt);
    SteadyTime now{};
    for (unsigned i = 0; i < 3 * gate_sources; ++i) {
        now += milliseconds(10);
        const auto decision = gate.admit(source(i), now);
        gate.closed(decision.ticket);
        if (i % 2 == 0) gate.failed_call(source(i), now);
        ASSERT_LE(gate.sources(), gate_sources);
    }
}

TEST(AcceptGate, GivesUpTheIdlestStrangerWhenDescriptorsRunOut) {
    Gate test;
    const auto contact = test.open(source(1), Guest::Contact);
    const auto first = test.open(source(2));
    const auto second = test.open(source(3));
    test.gate.set_useful(first, test.now + seconds(1));
    EXPECT_EQ(test.gate.evict_idlest(), second);
    EXPECT_EQ(test.gate.evict_idlest(), first);
    EXPECT_EQ(test.gate.evict_idlest(), std::nullopt);
    test.gate.closed(contact);
    EXPECT_EQ(test.gate.inbound(), 0U);
}

TEST(AcceptGate, KeepsFewStrangersAndClosesOneOfThemForTheNext) {
    Gate test;
    std::set<GateTicket> strangers;
    for (unsigned i = 0; i < 32; ++i)
        strangers.insert(test.open(source(i), Guest::Stranger));
    const auto customer = test.open(source(100), Guest::Customer);
    const auto decision = test.admit(source(300));
    const auto evicted = test.gate.opened(decision.ticket, Guest::Stranger, test.now);
    ASSERT_TRUE(evicted.has_value());
    EXPECT_TRUE(strangers.contains(*evicted) || *evicted == decision.ticket);
    EXPECT_NE(*evicted, customer);
    EXPECT_EQ(test.gate.inbound(), 33U);
    // Neither the work of a mailbox nor contacts are counted.
    test.open(source(301), Guest::Customer);
    test.open(source(302), Guest::Contact);
    EXPECT_EQ(test.gate.inbound(), 35U);
}

}  // namespace
}  // namespace kith::transport
