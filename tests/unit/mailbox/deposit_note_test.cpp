// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/deposit_note.h"

#include "core/identity/account.h"
#include "core/message/payload.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

constexpr std::uint64_t stored_at = 1728100000;

class DepositNoteTest : public testing::Test {
  protected:
    NotedCopy copy(std::uint64_t deposit, std::size_t size = 1024) {
        const auto hash = crypto::draw_public<crypto::EnvelopeHash>(random);
        return {make_receipt(host, hash, stored_at, stored_at + std::uint64_t{14} * 86400),
                size,
                deposit};
    }

    static NoteEntry entry_of(const Receipt& receipt) {
        return {mark_of(receipt.box),
                mark_of(receipt.envelope),
                static_cast<std::uint32_t>(receipt.stored_at)};
    }

    test::SeededRandom random{1};
    crypto::MailboxKeyPair host = crypto::MailboxKeyPair::generate(random);
    Receipt receipt = copy(1).receipt;
    NoteEntry entry = entry_of(receipt);
    // The host is ours, two pick-ups since brought nothing.
    NoteFacts facts{true, false, false, false, 2, from_unix_seconds(stored_at + 86400), {}};
};

TEST_F(DepositNoteTest, TheNewestEightDepositsAreNotedEachWithAllItsCopies) {
    std::vector<NotedCopy> copies;
    for (std::uint64_t deposit = 1; deposit <= 12; ++deposit) {
        for (int i = 0; i < 3; ++i)
            copies.push_back(copy(deposit));
    }
    const auto note = make_note(copies);
    ASSERT_EQ(note.size(), 24U);
    EXPECT_EQ(note.front(), entry_of(copies[33].receipt));
    EXPECT_EQ(note.back(), entry_of(copies[14].receipt));
    EXPECT_EQ(encode_note(note).size(), message::deposits_max);
}

TEST_F(DepositNoteTest, LargeEnvelopesAreNotNoted) {
    const std::vector<NotedCopy> copies{copy(1, 16384), copy(2, 4096)};
    const auto note = make_note(copies);
    ASSERT_EQ(note.size(), 1U);
    EXPECT_EQ(note[0], entry_of(copies[1].receipt));
}

TEST_F(DepositNoteTest, ComesBackFromItsBytesAndNoOtherNumberOfThem) {
    const std::vector<NoteEntry> note{entry, entry_of(copy(2).receipt)};
    const Bytes bytes = encode_note(note);
    EXPECT_EQ(decode_note(bytes).value(), note);
    EXPECT_TRUE(decode_note({}).value().empty());
    for (std::size_t size = 0; size <= bytes.size(); ++size)
        EXPECT_EQ(decode_note(ByteView(bytes).first(size)).has_value(), size % 16 == 0);
    EXPECT_FALSE(decode_note(Bytes(400)));
    EXPECT_TRUE(decode_note(Bytes(384)));
}

TEST_F(DepositNoteTest, AnEnvelopeThatTwoPickupsDidNotBringIsAskedAbout) {
    EXPECT_EQ(judge_entry(entry, facts), NoteVerdict::AskForReceipt);
}

TEST_F(DepositNoteTest, NothingIsAskedAboutWhatIsInOrder) {
    for (bool NoteFacts::*fact :
         {&NoteFacts::served, &NoteFacts::deleted, &NoteFacts::distrusted}) {
        NoteFacts other = facts;
        other.*fact = true;
        EXPECT_EQ(judge_entry(entry, other), NoteVerdict::Nothing);
    }
    facts.own_host = false;
    EXPECT_EQ(judge_entry(entry, facts), NoteVerdict::Nothing);
}

TEST_F(DepositNoteTest, NothingIsAskedAboutTimesBeforeAMemoryBegan) {
    facts.memory_since = from_unix_seconds(stored_at + 1);
    EXPECT_EQ(judge_entry(entry, facts), NoteVerdict::Nothing);
}

TEST_F(DepositNoteTest, AHostHasItsChanceFirst) {
    facts.pickups_since = 0;
    EXPECT_EQ(judge_entry(entry, facts), NoteVerdict::Later);
    EXPECT_EQ(pickups_begun_since(5, 5), 0U);
    EXPECT_EQ(pickups_begun_since(5, 6), 0U) << "it may have been under way";
    EXPECT_EQ(pickups_begun_since(5, 7), 1U);
    EXPECT_EQ(pickups_begun_since(5, 4), 0U);
}

TEST_F(DepositNoteTest, OnlyTheHostsOwnSignatureProvesTheLoss) {
    EXPECT_EQ(judge_claim(entry, facts, receipt, host.public_key()), ClaimVerdict::ProvenLoss);
    EXPECT_EQ(judge_claim(entry, facts, std::nullopt, host.public_key()),
              ClaimVerdict::NothingProven);
    Receipt forged = receipt;
    forged.signature = copy(1).receipt.signature;
    EXPECT_EQ(judge_claim(entry, facts, forged, host.public_key()), ClaimVerdict::NothingProven);
    const auto other = crypto::MailboxKeyPair::generate(random);
    EXPECT_EQ(judge_claim(entry, facts, receipt, other.public_key()), ClaimVerdict::NothingProven);
}

TEST_F(DepositNoteTest, AReceiptAboutSomethingElseProvesNothing) {
    EXPECT_EQ(judge_claim(entry, facts, copy(1).receipt, host.public_key()),
              ClaimVerdict::NothingProven);
    const Receipt later =
        make_receipt(host, receipt.envelope, stored_at + 1, stored_at + std::uint64_t{14} * 86400);
    EXPECT_EQ(judge_claim(entry, facts, later, host.public_key()), ClaimVerdict::NothingProven);
}

TEST_F(DepositNoteTest, MailThatCameMeanwhileClearsTheHost) {
    facts.served = true;
    EXPECT_EQ(judge_claim(entry, facts, receipt, host.public_key()), ClaimVerdict::InOrder);
}

TEST_F(DepositNoteTest, APickupNearOrBehindTheEndOfTheTermProvesNothing) {
    facts.complete_pickup = from_unix_seconds(receipt.expires - 86401);
    EXPECT_EQ(judge_claim(entry, facts, receipt, host.public_key()), ClaimVerdict::ProvenLoss);
    facts.complete_pickup = from_unix_seconds(receipt.expires - 86400);
    EXPECT_EQ(judge_claim(entry, facts, receipt, host.public_key()), ClaimVerdict::InOrder);
}

TEST_F(DepositNoteTest, AThousandSlanderersProveNothing) {
    int proven = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto liar = crypto::MailboxKeyPair::generate(random);
        Receipt made_up = make_receipt(liar, receipt.envelope, stored_at, receipt.expires);
        made_up.box = identity::box_id(host.public_key());
        const auto verdict = judge_claim(entry_of(made_up), facts, made_up, host.public_key());
        proven += verdict == ClaimVerdict::NothingProven ? 0 : 1;
    }
    EXPECT_EQ(proven, 0);
}

}  // namespace
}  // namespace kith::mailbox
