// SPDX-License-Identifier: GPL-3.0-or-later
// What a node that stores beacons can connect: nothing over a day, nothing over two addresses.
#include "core/directory/beacon.h"
#include "tests/support/directory/beacon_maker.h"

#include <gtest/gtest.h>

#include <set>

namespace kith::directory {
namespace {

constexpr Epoch today(20000);
constexpr Epoch tomorrow(20001);

// The runs of eight bytes of the clear part, without version, index, epoch, reissue and rev, which
// everybody shares.
std::set<Bytes> runs_of_eight(ByteView beacon) {
    std::set<Bytes> out;
    const auto add = [&](std::size_t from, std::size_t end) {
        for (std::size_t at = from; at + 8 <= end; ++at) {
            out.insert(to_bytes(beacon.subspan(at, 8)));
        }
    };
    add(10, 42);
    add(50, beacon_size);
    return out;
}

bool share_a_run(ByteView a, ByteView b) {
    const auto left = runs_of_eight(a);
    const auto right = runs_of_eight(b);
    return std::ranges::any_of(left, [&](const Bytes& run) { return right.contains(run); });
}

TEST(Unlinkability, TwoDaysOfOneAccountShareNoEightBytes) {
    test::BeaconMaker alice(1);
    const auto first = alice.beacon(today);
    const auto second = alice.beacon(tomorrow);
    for (const Bytes& a : first) {
        for (const Bytes& b : second) {
            EXPECT_FALSE(share_a_run(a, b));
        }
    }
}

TEST(Unlinkability, TwoAddressesOfOneAccountShareNoEightBytes) {
    test::BeaconMaker alice(1);
    const auto make = [&](const crypto::ReachSecret& reach) {
        const auto signer = beacon_pair(alice.seed(), reach, today);
        const auto certificate = issue_certificates(
            alice.pair(), reach, alice.seed(), alice.content.list, today, 1, {}, alice.random());
        return make_beacon(EpochKeys::derive(alice.account(), reach, today).value(),
                           signer,
                           certificate.front(),
                           8,
                           alice.content,
                           alice.random())
            .value();
    };
    const auto first = make(alice.reach());
    const auto second = make(crypto::draw_public<crypto::ReachSecret>(alice.random()));
    EXPECT_FALSE(share_a_run(first[0], second[0]));
    EXPECT_FALSE(share_a_run(first[1], second[1]));
}

TEST(Unlinkability, TheTwoSlotsShareOnlyWhatStandsBeforeTheNonce) {
    test::BeaconMaker alice(1);
    const auto pair = alice.beacon(today);
    EXPECT_TRUE(equal(ByteView(pair[0]).subspan(2, 176), ByteView(pair[1]).subspan(2, 176)));
    for (std::size_t at = 178; at + 8 <= beacon_size; ++at) {
        EXPECT_FALSE(equal(ByteView(pair[0]).subspan(at, 8), ByteView(pair[1]).subspan(at, 8)))
            << at;
    }
}

TEST(Unlinkability, NothingInClearDependsOnAccountListOrAddressAlone) {
    test::BeaconMaker alice(1);
    const auto pair = alice.beacon(today);
    const auto contains = [&](ByteView needle) {
        return std::search(pair[0].begin(), pair[0].end(), needle.begin(), needle.end()) !=
               pair[0].end();
    };
    EXPECT_FALSE(contains(ByteView(alice.account()).first(8)));
    EXPECT_FALSE(contains(ByteView(alice.reach()).first(8)));
    EXPECT_FALSE(contains(ByteView(alice.content.list.hash).first(8)));
    EXPECT_FALSE(contains(alice.content.endpoints[0].endpoint.to_wire()));
    EXPECT_FALSE(contains(alice.content.endpoints[0].device));
}

TEST(Unlinkability, TheSameListIsCommittedToAnewInEachCertificate) {
    test::BeaconMaker alice(1);
    const auto a = alice.certificate(today);
    const auto b = alice.certificate(today, 1);
    EXPECT_NE(commit(a.nonce, alice.content.list), commit(b.nonce, alice.content.list));
}

}  // namespace
}  // namespace kith::directory
