// SPDX-License-Identifier: GPL-3.0-or-later
// A host is convicted by its own receipt and by nothing else.
#include "core/node/mailbox_judge.h"

#include "tests/support/seeded_random.h"
#include "tests/unit/node/store_fixture.h"

namespace kith::node {
namespace {

class MailboxJudgeTest : public StoreFixture {
  protected:
    MailboxJudgeTest() {
        store::OwnerHost row;
        row.key = host_key.public_key();
        row.stage = store::OwnerHost::Stage::Leased;
        row.complete_pickups = 5;
        host = &book.add(std::move(row));
    }

    // Bob left an envelope there an hour ago, and the host has signed for it.
    mailbox::Receipt promise(std::uint8_t number) {
        crypto::EnvelopeHash hash;
        hash.data()[0] = number;
        return mailbox::make_receipt(
            host_key, hash, unix_seconds(now - hours(1)), unix_seconds(now + days(14)));
    }

    static mailbox::NoteEntry entry_of(const mailbox::Receipt& receipt) {
        return {mailbox::mark_of(receipt.box),
                mailbox::mark_of(receipt.envelope),
                static_cast<std::uint32_t>(receipt.stored_at)};
    }

    void note(const mailbox::NoteEntry& entry) {
        Transaction step;
        judge.on_note(step, bob, mailbox::encode_note({&entry, 1}), now);
        commit(std::move(step.changes));
    }

    void pick_up() {
        Transaction step;
        ++host->complete_pickups;
        host->complete_pickup = now;
        judge.on_complete(step, *host, now);
        commit(std::move(step.changes));
    }

    bool show(const mailbox::NoteEntry& entry, ByteView receipt) {
        Transaction step;
        const Bytes body = concat(mailbox::encode_note({&entry, 1}), receipt);
        const bool lost = judge.on_shown(step, bob, body, now);
        commit(std::move(step.changes));
        return lost;
    }

    void serve(const mailbox::NoteEntry& entry) {
        store::Changes changes;
        book.table().put_served(changes, entry.box, entry.envelope, {true, true, now + days(30)});
        commit(std::move(changes));
    }

    bool distrusted() { return book.table().distrusts(bob, now).value(); }

    std::uint32_t losses() const {
        const auto* const seen = scores.find(host->id());
        return seen ? seen->proven_losses : 0;
    }

    bool late(const mailbox::NoteEntry& entry) const {
        return judge.is_late(entry.box, entry.envelope, now);
    }

    Timestamp now = from_unix_seconds(1'800'000'000);
    test::SeededRandom random{4};
    crypto::MailboxKeyPair host_key = crypto::MailboxKeyPair::generate(random);
    crypto::AccountKey bob = account(1);
    MailboxClientBook book{store};
    std::vector<mailbox::NoteEntry> asked;
    HostScores scores{store};
    MailboxJudge judge{book, scores, [this](auto&, const auto&, const auto& entry) {
                           asked.push_back(entry);
                           return true;
                       }};
    store::OwnerHost* host = nullptr;
};

TEST_F(MailboxJudgeTest, NobodyIsAskedBeforeAWholePickUpBeganAfterTheNote) {
    const auto entry = entry_of(promise(1));
    note(entry);
    pick_up();
    EXPECT_TRUE(asked.empty()) << "this one may have been under way";
    pick_up();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0], entry);
    pick_up();
    EXPECT_EQ(asked.size(), 1U) << "asked twice";
}

TEST_F(MailboxJudgeTest, WhatWasServedIsInOrder) {
    const auto entry = entry_of(promise(1));
    note(entry);
    serve(entry);
    pick_up();
    pick_up();
    EXPECT_TRUE(asked.empty());
    EXPECT_EQ(judge.open(), 0U);
    note(entry);
    EXPECT_EQ(judge.open(), 0U);
}

TEST_F(MailboxJudgeTest, TheHostsOwnReceiptConvictsIt) {
    const auto receipt = promise(1);
    const auto entry = entry_of(receipt);
    note(entry);
    pick_up();
    pick_up();
    EXPECT_TRUE(show(entry, mailbox::encode(receipt)));
    EXPECT_EQ(losses(), 1U);
    EXPECT_EQ(scores.find(host->id())->last_evidence, mailbox::encode(receipt));
    EXPECT_GT(scores.find(host->id())->score.losses().level(), 3.0);
    EXPECT_FALSE(distrusted());
    EXPECT_FALSE(show(entry, mailbox::encode(receipt))) << "one loss, said twice";
    EXPECT_EQ(losses(), 1U);
}

TEST_F(MailboxJudgeTest, WhatComesADayAndThreePickUpsLateIsLate) {
    const auto entry = entry_of(promise(1));
    note(entry);
    for (int i = 0; i < 4; ++i)
        pick_up();
    EXPECT_FALSE(late(entry)) << "left there an hour ago";
    now += hours(24);
    EXPECT_TRUE(late(entry));
    auto other = entry;
    other.envelope[0] ^= 1;
    EXPECT_FALSE(late(other)) << "nobody said when it was left";
}

TEST_F(MailboxJudgeTest, TwoPickUpsMakeNothingLate) {
    const auto entry = entry_of(promise(1));
    note(entry);
    now += days(2);
    for (int i = 0; i < 3; ++i)
        pick_up();
    EXPECT_FALSE(late(entry));
}

TEST_F(MailboxJudgeTest, ThreeLossesRaiseTheAlarm) {
    for (std::uint8_t i = 1; i <= 3; ++i) {
        const auto receipt = promise(i);
        note(entry_of(receipt));
        pick_up();
        pick_up();
        EXPECT_TRUE(show(entry_of(receipt), mailbox::encode(receipt)));
    }
    EXPECT_TRUE(scores.alarm(host->id()));
}

TEST_F(MailboxJudgeTest, WhoShowsNothingIsIgnoredForAWhileAndTheHostIsNotBlamed) {
    const auto entry = entry_of(promise(1));
    note(entry);
    pick_up();
    pick_up();
    EXPECT_FALSE(show(entry, {}));
    EXPECT_EQ(losses(), 0U);
    EXPECT_TRUE(distrusted());
    note(entry_of(promise(2)));
    EXPECT_EQ(judge.open(), 0U);
    now += mailbox::note_forgotten;
    note(entry_of(promise(3)));
    EXPECT_EQ(judge.open(), 1U);
}

TEST_F(MailboxJudgeTest, AnothersReceiptProvesNothing) {
    const auto entry = entry_of(promise(1));
    note(entry);
    pick_up();
    pick_up();
    auto forged = promise(1);
    forged.signature.data()[5] ^= 1;
    EXPECT_FALSE(show(entry, mailbox::encode(forged)));
    EXPECT_EQ(losses(), 0U);
    EXPECT_TRUE(distrusted());
    now += mailbox::note_distrust - seconds(1);
    EXPECT_TRUE(distrusted());
    now += seconds(1);
    EXPECT_FALSE(distrusted());
}

TEST_F(MailboxJudgeTest, SilenceDoesNotShortenWhatALieHasBrought) {
    const auto first = entry_of(promise(1));
    const auto second = entry_of(promise(2));
    note(first);
    note(second);
    pick_up();
    pick_up();
    auto forged = promise(1);
    forged.signature.data()[5] ^= 1;
    EXPECT_FALSE(show(first, mailbox::encode(forged)));
    EXPECT_FALSE(show(second, {}));
    now += mailbox::note_forgotten;
    EXPECT_TRUE(distrusted());
}

TEST_F(MailboxJudgeTest, WhoWasNotAskedCannotAccuse) {
    const auto receipt = promise(1);
    EXPECT_FALSE(show(entry_of(receipt), mailbox::encode(receipt)));
    note(entry_of(receipt));
    EXPECT_FALSE(show(entry_of(receipt), mailbox::encode(receipt)));
    EXPECT_EQ(judge.open(), 1U) << "an answer that nobody asked for changes nothing";
    EXPECT_EQ(losses(), 0U);
}

TEST_F(MailboxJudgeTest, MailThatCameAfterAllClearsTheHost) {
    const auto receipt = promise(1);
    const auto entry = entry_of(receipt);
    note(entry);
    pick_up();
    pick_up();
    serve(entry);
    EXPECT_FALSE(show(entry, mailbox::encode(receipt)));
    EXPECT_EQ(losses(), 0U);
    EXPECT_FALSE(distrusted());
}

TEST_F(MailboxJudgeTest, WhatWasBeforeARestoreIsNotJudged) {
    Transaction step;
    judge.forget_before(step, now);
    commit(std::move(step.changes));
    note(entry_of(promise(1)));
    EXPECT_EQ(judge.open(), 0U);
    ASSERT_TRUE(judge.load());
    note(entry_of(promise(1)));
    EXPECT_EQ(judge.open(), 0U) << "forgotten with the restart";
}

TEST_F(MailboxJudgeTest, OpenNotesSurviveARestartAndAreBounded) {
    for (std::uint8_t i = 0; i < MailboxJudge::max_open + 20; ++i)
        note(entry_of(promise(i)));
    EXPECT_EQ(judge.open(), MailboxJudge::max_open);
    ASSERT_TRUE(judge.load());
    EXPECT_EQ(judge.open(), MailboxJudge::max_open);
    pick_up();
    pick_up();
    EXPECT_EQ(asked.size(), MailboxJudge::max_open);
}

TEST_F(MailboxJudgeTest, NotesAboutStrangersHostsAreNobodysBusiness) {
    auto entry = entry_of(promise(1));
    entry.box[0] ^= 1;
    note(entry);
    EXPECT_EQ(judge.open(), 0U);
}

}  // namespace
}  // namespace kith::node
