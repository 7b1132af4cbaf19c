// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/copies.h"

#include "core/identity/account.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::mailbox {
namespace {

using wire::RefuseCode;
using Hosts = std::vector<crypto::BoxId>;

class CopiesTest : public testing::Test {
  protected:
    CopiesTest() {
        for (int i = 0; i < 3; ++i)
            keys.push_back(crypto::MailboxKeyPair::generate(random));
        copies.set_hosts(std::vector<Copies::Target>{{id(0)}, {id(1)}, {id(2)}}, now);
    }

    crypto::BoxId id(std::size_t i) const { return identity::box_id(keys[i].public_key()); }

    void store(std::size_t i, Duration term = days(14)) {
        // The host's clock is wrong by years: it does not matter.
        const std::uint64_t at = unix_seconds(now + days(1000));
        copies.stored(
            id(i),
            make_receipt(keys[i], hash, at, at + static_cast<std::uint64_t>(term / seconds(1))),
            now,
            random);
    }

    HostNews refuse(std::size_t i, RefuseCode code, std::uint32_t retry = 0) {
        return copies.refused(id(i), {0, code, retry, std::nullopt}, now, random);
    }

    HostNews check(std::size_t i, Fate fate) { return copies.checked(id(i), fate, now, random); }

    const Copy& copy(std::size_t i) const {
        return *std::ranges::find(copies.all(), id(i), &Copy::host);
    }

    test::SeededRandom random{1};
    Timestamp now = from_unix_seconds(1728100000);
    std::vector<crypto::MailboxKeyPair> keys;
    crypto::EnvelopeHash hash = crypto::draw_public<crypto::EnvelopeHash>(random);
    Copies copies;
};

TEST_F(CopiesTest, AreWantedAtAllHostsAtOnce) {
    EXPECT_EQ(copies.due_deposits(now), (Hosts{id(0), id(1), id(2)}));
    EXPECT_EQ(copies.alive(now), 0U);
    EXPECT_FALSE(copies.enough(now));
    EXPECT_EQ(copies.next_time(), now);
}

TEST_F(CopiesTest, TwoAreEnoughAndTheThirdIsStillTried) {
    store(0);
    EXPECT_FALSE(copies.enough(now));
    store(1);
    EXPECT_TRUE(copies.enough(now));
    EXPECT_EQ(copies.due_deposits(now), Hosts{id(2)});
}

TEST_F(CopiesTest, OneAtARecipientsOwnDeviceIsEnough) {
    copies.set_hosts(std::vector<Copies::Target>{{id(0), true}, {id(1)}, {id(2)}}, now);
    store(1);
    EXPECT_FALSE(copies.enough(now));
    store(0);
    EXPECT_TRUE(copies.enough(now));
}

TEST_F(CopiesTest, OneIsEnoughWhenOnlyOneHostTakesAny) {
    refuse(1, RefuseCode::Unknown);
    refuse(2, RefuseCode::Off);
    store(0);
    EXPECT_TRUE(copies.enough(now));
    refuse(0, RefuseCode::Unknown);
    EXPECT_TRUE(copies.enough(now)) << "an answer to what is not asked changes nothing";
}

TEST_F(CopiesTest, AHostThatDoesNotAnswerIsTriedAgainLaterAndLater) {
    const std::vector<Duration> delays{seconds(1),
                                       seconds(2),
                                       seconds(4),
                                       seconds(8),
                                       seconds(16),
                                       minutes(5),
                                       minutes(15),
                                       hours(1),
                                       hours(6),
                                       hours(6)};
    for (const Duration delay : delays) {
        copies.failed(id(0), now, random);
        EXPECT_GE(copy(0).next - now, delay / 2 - seconds(1));
        EXPECT_LE(copy(0).next - now, delay * 3 / 2);
        now = copy(0).next;
        EXPECT_EQ(copies.due_deposits(now).front(), id(0));
    }
}

TEST_F(CopiesTest, TimersAreSpreadByTheJitterThatIsHandedIn) {
    EXPECT_EQ(deposit_retry(1, 0.0), milliseconds(500));
    EXPECT_EQ(deposit_retry(1, 0.5), seconds(1));
    EXPECT_EQ(deposit_retry(6, 0.5), minutes(5));
    EXPECT_EQ(deposit_retry(100, 0.5), hours(6));
    EXPECT_EQ(stat_delay(0, 0.5), hours(1));
    EXPECT_EQ(stat_delay(1, 0.5), hours(5)) << "six hours after the start";
    EXPECT_EQ(stat_delay(2, 0.5), hours(24));
    EXPECT_EQ(stat_delay(50, 0.0), minutes(1152));
}

TEST_F(CopiesTest, ABusyHostIsAskedWhenItSaid) {
    EXPECT_EQ(refuse(0, RefuseCode::Busy, 600), HostNews::Nothing);
    EXPECT_EQ(copy(0).next, now + seconds(600));
    EXPECT_EQ(refuse(1, RefuseCode::Full, 4000000000), HostNews::Nothing);
    EXPECT_LE(copy(1).next, now + hours(6)) << "but not when it pleases";
    EXPECT_EQ(refuse(2, RefuseCode::Effort), HostNews::NeedsMoreWork);
}

TEST_F(CopiesTest, AHostThatKnowsNothingOfUsMakesUsReadTheHostsAgain) {
    EXPECT_EQ(refuse(0, RefuseCode::Unknown), HostNews::ReadHostsAgain);
    EXPECT_EQ(refuse(1, RefuseCode::Off), HostNews::ReadHostsAgain);
    EXPECT_EQ(refuse(2, RefuseCode::Size), HostNews::Nothing);
    EXPECT_TRUE(copies.due_deposits(now + days(1)).empty());
    copies.set_hosts(std::vector<Copies::Target>{{id(0)}, {id(2)}}, now);
    EXPECT_EQ(copies.due_deposits(now), (Hosts{id(0), id(2)}));
    EXPECT_EQ(copies.all().size(), 2U);
}

TEST_F(CopiesTest, ACopyAtAHostThatIsNoLongerNamedStaysWhileItIsThere) {
    store(0);
    copies.set_hosts(std::vector<Copies::Target>{{id(1)}}, now);
    EXPECT_EQ(copies.all().size(), 2U);
    EXPECT_EQ(copies.alive(now), 1U);
}

TEST_F(CopiesTest, IsCheckedAfterAnHourThenAfterSixThenDaily) {
    store(0);
    const Timestamp first = copy(0).next;
    EXPECT_GE(first - now, minutes(48) - seconds(1));
    EXPECT_LE(first - now, minutes(72));
    now = first;
    EXPECT_EQ(copies.due_checks(now), Hosts{id(0)});
    EXPECT_EQ(check(0, Fate::Held), HostNews::Nothing);
    EXPECT_TRUE(copies.due_checks(now).empty());
    EXPECT_GE(copy(0).next - now, hours(4) - seconds(1));
    now = copy(0).next;
    check(0, Fate::Held);
    EXPECT_GE(copy(0).next - now, minutes(1152) - seconds(1));
}

TEST_F(CopiesTest, ADenialOfWhatWasSignedIsAProvenLossAndTheCopyIsMadeAgain) {
    for (const Fate fate : {Fate::Unknown, Fate::Expired}) {
        store(0);
        EXPECT_EQ(check(0, fate), HostNews::ProvenLoss);
        EXPECT_EQ(copies.alive(now), 0U);
        EXPECT_TRUE(copy(0).receipt.has_value()) << "the evidence";
        EXPECT_EQ(check(0, fate), HostNews::Nothing) << "counted once";
        EXPECT_EQ(copies.due_deposits(now + hours(1)).front(), id(0));
    }
}

TEST_F(CopiesTest, NothingIsProvenNearTheEndOfTheTerm) {
    store(0, days(3));
    now += days(2) + seconds(1);
    EXPECT_EQ(check(0, Fate::Unknown), HostNews::Nothing);
    EXPECT_EQ(copies.due_deposits(now).front(), id(0));
}

TEST_F(CopiesTest, ACheckThatIsNotAnsweredProvesNothing) {
    store(0);
    now = copy(0).next;
    copies.failed(id(0), now, random);
    EXPECT_EQ(copies.alive(now), 1U);
    EXPECT_TRUE(copies.due_checks(now).empty());
}

TEST_F(CopiesTest, AFailedAuditIsAProvenLoss) {
    store(0);
    EXPECT_EQ(copies.audit_failed(id(0), now, random), HostNews::ProvenLoss);
    EXPECT_EQ(copies.alive(now), 0U);
}

TEST_F(CopiesTest, GoneMeansWaitForTheReceiptTwoDays) {
    store(0);
    EXPECT_EQ(refuse(1, RefuseCode::Gone), HostNews::Nothing);
    EXPECT_EQ(check(0, Fate::Gone), HostNews::Nothing);
    EXPECT_EQ(copies.due_deposits(now + days(5)), Hosts{id(2)});
    EXPECT_TRUE(copies.false_gone(now + hours(48) - seconds(1), random).empty());
    now += hours(48);
    EXPECT_EQ(copies.false_gone(now, random), (Hosts{id(0), id(1)}));
    EXPECT_TRUE(copies.false_gone(now, random).empty());
    copies.renewed(now);
    EXPECT_EQ(copies.due_deposits(now).size(), 3U);
}

TEST_F(CopiesTest, AreMadeAnewADayBeforeTheirEndAndCountUntilThen) {
    store(0);
    store(1);
    EXPECT_FALSE(copies.renewal_due(now + days(13) - seconds(1)));
    EXPECT_TRUE(copies.renewal_due(now + days(13)));
    now += days(13);
    copies.renewed(now);
    EXPECT_EQ(copies.alive(now), 2U);
    EXPECT_EQ(copies.due_deposits(now).size(), 3U);
    EXPECT_EQ(copies.alive(now + days(1)), 0U);
    store(0);
    EXPECT_FALSE(copies.renewal_due(now));
}

TEST_F(CopiesTest, AShortTermIsRenewedAtItsHalf) {
    store(0, hours(10));
    EXPECT_FALSE(copies.renewal_due(now + hours(5) - seconds(1)));
    EXPECT_TRUE(copies.renewal_due(now + hours(5)));
}

TEST_F(CopiesTest, AReceiptOfTheFarFutureIsNotTrustedThatLong) {
    copies.stored(id(0), make_receipt(keys[0], hash, 0, ~std::uint64_t{0}), now, random);
    EXPECT_LE(copy(0).ends, now + days(400));
}

TEST_F(CopiesTest, TheNextTimeIsTheEarliestOfAll) {
    store(0);
    store(1);
    copies.failed(id(2), now, random);
    EXPECT_EQ(copies.next_time(), copy(2).next);
    store(2);
    EXPECT_EQ(copies.next_time(), std::min({copy(0).next, copy(1).next, copy(2).next}));
    EXPECT_EQ(Copies().next_time(), std::nullopt);
}

TEST_F(CopiesTest, AreSettledWhenTwoHostsKeepThem) {
    EXPECT_FALSE(copies.settled(now));
    store(0);
    EXPECT_FALSE(copies.settled(now));
    store(1);
    EXPECT_TRUE(copies.settled(now));
}

TEST_F(CopiesTest, AreSettledWithOneWhenNoOtherHostIsLeftToTry) {
    refuse(0, RefuseCode::Unknown);
    refuse(1, RefuseCode::Size);
    EXPECT_FALSE(copies.settled(now));
    refuse(2, RefuseCode::Off);
    EXPECT_FALSE(copies.settled(now)) << "nobody has taken it";
    copies.set_hosts(std::vector<Copies::Target>{{id(0)}, {id(1)}, {id(2)}}, now);
    refuse(0, RefuseCode::Gone);
    store(1);
    EXPECT_FALSE(copies.settled(now));
    refuse(2, RefuseCode::Off);
    EXPECT_TRUE(copies.settled(now)) << "one has it, another had it collected";
}

TEST_F(CopiesTest, AreSettledWithOneWhenTheOthersWereTriedForLong) {
    copies.failed(id(0), now, random);
    EXPECT_FALSE(copies.settled(now + days(1)));
    store(1);
    copies.failed(id(2), now, random);
    EXPECT_FALSE(copies.settled(now + receipt_effort - seconds(1)));
    EXPECT_TRUE(copies.settled(now + receipt_effort));
}

TEST_F(CopiesTest, ComeBackFromTheirBytes) {
    store(0);
    refuse(1, RefuseCode::Unknown);
    copies.failed(id(2), now, random);
    EXPECT_EQ(Copies::decode(copies.encode()).value(), copies);
    EXPECT_EQ(Copies::decode(Copies().encode()).value(), Copies());
}

TEST_F(CopiesTest, BytesThatAreNoneAreRefused) {
    const Bytes good = copies.encode();
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(Copies::decode(ByteView(good).first(size))) << size;
    EXPECT_FALSE(Copies::decode(concat(good, Bytes(1))));
    Bytes bad = good;
    const auto state = std::ranges::find(bad, 0xc2) + 1;  // behind `own` = false
    *state = static_cast<std::uint8_t>(CopyState::Stored);
    EXPECT_FALSE(Copies::decode(bad));
}

}  // namespace
}  // namespace kith::mailbox
