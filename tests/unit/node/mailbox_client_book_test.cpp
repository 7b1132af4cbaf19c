// SPDX-License-Identifier: GPL-3.0-or-later
// What hosts are told, what contacts are told, and how a host looks to placement.
#include "core/node/mailbox_client_book.h"

#include "core/mailbox/quota.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/node/store_fixture.h"

namespace kith::node {
namespace {

using Stage = store::OwnerHost::Stage;

class MailboxClientBookTest : public StoreFixture {
  protected:
    store::OwnerHost& host(Stage stage = Stage::Leased) {
        store::OwnerHost row;
        row.key = crypto::MailboxKeyPair::generate(random).public_key();
        row.stage = stage;
        row.offered_bytes = 1;
        row.endpoints = {Endpoint::v4(203, 0, 113, 7, 4222)};
        row.expires = now + days(30);
        return book.add(std::move(row));
    }

    store::GivenCapability& give(std::uint8_t contact) {
        return book.add({to_bytes(account(contact)),
                         mailbox::CapabilityKind::Contact,
                         crypto::draw_secret<crypto::Seed32>(random),
                         now + days(30),
                         {},
                         {},
                         {}});
    }

    void confirm(store::OwnerHost& at) {
        at.settings = mailbox::confirmed(settings_for(book, at, now), 1);
    }

    // As the owner does it fourteen days before the end.
    void renew(store::GivenCapability& given) {
        given.previous = book.key_of(given);
        given.previous_expires = given.expires;
        given.seed = crypto::draw_secret<crypto::Seed32>(random);
        given.expires = now + days(30) + seconds(1);
    }

    Timestamp now = from_unix_seconds(1'800'000'000);
    test::SeededRandom random{4};
    MailboxClientBook book{store};
};

TEST_F(MailboxClientBookTest, OnlyHostsThatConfirmedAContactsKeyAreAnnouncedToIt) {
    auto& first = host();
    auto& second = host();
    auto& bob = give(1);
    confirm(first);
    const auto to_bob = hosts_for(book, bob);
    ASSERT_EQ(to_bob.size(), 1U);
    EXPECT_EQ(to_bob[0].key, first.key);
    confirm(second);
    EXPECT_EQ(hosts_for(book, bob).size(), 2U);
    EXPECT_TRUE(hosts_for(book, give(2)).empty());
    second.stage = Stage::Draining;
    EXPECT_EQ(hosts_for(book, bob).size(), 1U);
}

TEST_F(MailboxClientBookTest, ANewKeyIsToldWhenAllHostsKnowItOrTheOldOneEndsSoon) {
    auto& first = host();
    auto& second = host();
    auto& bob = give(1);
    confirm(first);
    confirm(second);
    EXPECT_FALSE(is_renewing(book, bob, now));
    renew(bob);
    EXPECT_TRUE(is_renewing(book, bob, now));
    confirm(first);
    EXPECT_TRUE(is_renewing(book, bob, now));
    EXPECT_FALSE(is_renewing(book, bob, bob.previous_expires - days(6)));
    confirm(second);
    EXPECT_FALSE(is_renewing(book, bob, now));
}

TEST_F(MailboxClientBookTest, BothKeysAreGoodWhileOneFollowsTheOther) {
    auto& at = host();
    auto& bob = give(1);
    EXPECT_EQ(settings_for(book, at, now).capabilities.size(), 1U);
    renew(bob);
    EXPECT_EQ(settings_for(book, at, now).capabilities.size(), 2U);
    bob.previous.reset();
    EXPECT_EQ(settings_for(book, at, now).capabilities.size(), 1U);
}

TEST_F(MailboxClientBookTest, AHostIsToldAtMostWhatItTakes) {
    auto& contact = host();
    auto& volunteer = host();
    volunteer.lease_class = mailbox::LeaseClass::Volunteer;
    for (int i = 0; i < 200; ++i)
        renew(give(static_cast<std::uint8_t>(i)));
    EXPECT_EQ(settings_for(book, contact, now).capabilities.size(), 256U);
    EXPECT_EQ(settings_for(book, volunteer, now).capabilities.size(), 64U);
}

TEST_F(MailboxClientBookTest, AHostThatIsLeftTakesMailForADayAndKeepsItToItsEnd) {
    auto& at = host();
    give(1);
    at.stage = Stage::Draining;
    at.expires = drained_at(at, true, now);
    EXPECT_EQ(settings_for(book, at, now).capabilities.size(), 1U);
    EXPECT_EQ(settings_for(book, at, now + hours(23)).capabilities.size(), 1U);
    EXPECT_TRUE(settings_for(book, at, now + hours(24)).capabilities.empty());
    // What was left in the last second has expired.
    EXPECT_GE(at.expires, now + hours(24) + mailbox::terms_of(at.lease_class).ttl);
    at.expires = drained_at(at, false, now);
    EXPECT_TRUE(settings_for(book, at, now).capabilities.empty()) << "it loses mail";
}

TEST_F(MailboxClientBookTest, AHostIsAwayOnlyWhenItWasTriedInVain) {
    auto& at = host();
    at.availability.record(true, now - days(5));
    HostSituation situation;
    EXPECT_EQ(candidate_of(at, situation, now).unreachable, Duration::zero());
    situation.missed = 3;
    EXPECT_EQ(candidate_of(at, situation, now).unreachable, days(5));
}

TEST_F(MailboxClientBookTest, WhoIsNoContactOffersNothingOrWasDroppedIsLeft) {
    auto& at = host();
    EXPECT_FALSE(candidate_of(at, {}, now).leaving);
    HostSituation stranger;
    stranger.of_contact = false;
    EXPECT_TRUE(candidate_of(at, stranger, now).leaving);
    at.dropped = true;
    EXPECT_TRUE(candidate_of(at, {}, now).leaving);
    at.dropped = false;
    at.offered_bytes = 0;
    EXPECT_TRUE(candidate_of(at, {}, now).leaving);
}

TEST_F(MailboxClientBookTest, TheSameAnnouncementHasTheSameDigestWhateverItsNumber) {
    auto& bob = give(1);
    mailbox::Announcement first{1, {}, bob.seed.clone(), bob.expires};
    auto second = first.clone();
    second.seq = 9;
    EXPECT_EQ(digest_of(first), digest_of(second));
    second.deposit_expires += seconds(1);
    EXPECT_NE(digest_of(first), digest_of(second));
}

TEST_F(MailboxClientBookTest, ComesBackWhole) {
    auto& at = host();
    auto& bob = give(1);
    store::Changes changes;
    book.put(changes, at);
    book.put(changes, bob);
    EXPECT_EQ(book.next_seq(changes), 1U);
    commit(std::move(changes));
    MailboxClientBook again(store);
    ASSERT_TRUE(again.load());
    EXPECT_EQ(again.hosts().size(), 1U);
    EXPECT_EQ(again.key_of(*again.given(account(1))), book.key_of(bob));
    store::Changes next;
    EXPECT_EQ(again.next_seq(next), 2U);
}

}  // namespace
}  // namespace kith::node
