// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/own_prekeys.h"

#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::session {
namespace {

constexpr Timestamp noon = from_unix_seconds(1728100000);

TEST(OwnPrekeys, ComeBackFromTheirRowAndOnlyAsTheirOwnKind) {
    kith::test::SeededRandom random(1);
    const auto key = OwnSignedPrekey::generate(random, noon);
    const Bytes row = key.encode();
    const auto back = OwnSignedPrekey::decode(row).value();
    EXPECT_EQ(back.id, key.id);
    EXPECT_EQ(back.made, key.made);
    EXPECT_EQ(back.pair.public_key(), key.pair.public_key());
    EXPECT_EQ(OwnEnvelopeKey::decode(row).error().code, Code::Corrupt);
    EXPECT_EQ(OwnOneTimePrekey::decode(row).error().code, Code::Corrupt);
    EXPECT_EQ(OwnSignedPrekey::decode(ByteView(row).first(45)).error().code, Code::Corrupt);
}

TEST(OwnPrekeys, ASignedRecordVerifiesForItsDevice) {
    kith::test::SeededRandom random(2);
    const auto device = crypto::DeviceSigningPair::generate(random);
    const crypto::DeviceId did;
    const auto key = OwnOneTimePrekey::generate(random, noon);
    const auto verified =
        verify_prekey<crypto::OneTimePrekey>(key.sign(device, did), did, device.public_key(), noon);
    ASSERT_TRUE(verified);
    EXPECT_EQ(verified->id, key.id);
}

TEST(OwnPrekeys, AreMadeOnTheirDates) {
    EXPECT_TRUE(prekey_due(PrekeyKind::Signed, std::nullopt, noon));
    EXPECT_FALSE(prekey_due(PrekeyKind::Signed, noon, noon + hours(23)));
    EXPECT_TRUE(prekey_due(PrekeyKind::Signed, noon, noon + hours(24)));
    EXPECT_FALSE(prekey_due(PrekeyKind::Envelope, noon, noon + days(6)));
    EXPECT_TRUE(prekey_due(PrekeyKind::Envelope, noon, noon + days(7)));
    EXPECT_FALSE(prekey_due(PrekeyKind::Signed, noon, noon - days(300)));
}

TEST(OwnPrekeys, GoAfterTheirTimeButNotBeforeTheMailboxesWereEmptied) {
    EXPECT_FALSE(prekey_deletable(PrekeyKind::Signed, noon, true, noon + days(21)));
    EXPECT_TRUE(prekey_deletable(PrekeyKind::Signed, noon, true, noon + days(22)));
    EXPECT_FALSE(prekey_deletable(PrekeyKind::Signed, noon, false, noon + days(59)));
    EXPECT_TRUE(prekey_deletable(PrekeyKind::Signed, noon, false, noon + days(60)));
    EXPECT_FALSE(prekey_deletable(PrekeyKind::OneTime, noon, true, noon + days(29)));
    EXPECT_TRUE(prekey_deletable(PrekeyKind::OneTime, noon, true, noon + days(30)));
}

// crypto attack test 22: the moment of a refill tells nothing.
TEST(OwnPrekeys, ARefillComesAtARandomTimeWithinSixHours) {
    kith::test::SeededRandom random(3);
    EXPECT_FALSE(refill_at(20, noon, random));
    const auto one = refill_at(19, noon, random);
    const auto two = refill_at(19, noon, random);
    ASSERT_TRUE(one && two);
    EXPECT_NE(*one, *two);
    EXPECT_GE(*one, noon);
    EXPECT_LT(*one, noon + hours(6));
}

}  // namespace
}  // namespace kith::session
