// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/reputation_book.h"

#include "core/node/reputation_sweep.h"
#include "tests/support/clock/fake_clock.h"
#include "tests/unit/node/store_fixture.h"

namespace kith::node {
namespace {

using reputation::Admission;
using reputation::Event;
using reputation::Record;
using reputation::Tier;

class ReputationBookTest : public StoreFixture {
  protected:
    ReputationBookTest() {
        EXPECT_TRUE(contacts.load());
        EXPECT_TRUE(book.load());
    }

    void befriend(const crypto::AccountKey& who) {
        auto* const contact = contacts.open(who, clock.wall()).value();
        contact->standing.state = identity::ContactState::Accepted;
        ASSERT_TRUE(book.accepted(who));
        store::Changes changes;
        contacts.put(changes, *contact);
        commit(std::move(changes));
    }

    void flush() {
        store::Changes changes;
        book.flush(changes);
        commit(std::move(changes));
    }

    Tier tier(const crypto::AccountKey& who) { return book.standing(who)->tier; }

    std::size_t rows() const { return store.count(store::Table::Reputation); }

    test::FakeClock clock;
    ContactBook contacts{store};
    ReputationBook book{store, contacts, clock};
};

TEST_F(ReputationBookTest, AnActIsInTheBatchOfTheStepAndAnObservationIsNot) {
    befriend(account(1));
    EXPECT_EQ(rows(), 1U) << "no flush was needed";
    const auto before = store.syncs();
    book.observe(account(1), Event::Malformed);
    EXPECT_EQ(store.syncs(), before);
    ReputationBook again(store, contacts, clock);
    ASSERT_TRUE(again.load());
    EXPECT_EQ(again.record(account(1))->bad(clock.wall()), 0);
    flush();
    ASSERT_TRUE(again.load());
    EXPECT_GT(again.record(account(1))->bad(clock.wall()), 4);
}

TEST_F(ReputationBookTest, AThousandFaultsLeaveAContactAtTheFloor) {
    befriend(account(1));
    for (int i = 0; i < 1000; ++i)
        book.observe(account(1), Event::Malformed);
    const auto standing = book.standing(account(1)).value();
    EXPECT_NEAR(standing.raw, 0.0286, 0.002);
    EXPECT_EQ(standing.score, 0.60);
    EXPECT_EQ(standing.tier, Tier::Contact);
    EXPECT_EQ(book.admit(account(1), 0)->answer, Admission::Answer::Take);
}

TEST_F(ReputationBookTest, RateAndUnreadCreditAreEnforced) {
    befriend(account(1));
    int taken = 0;
    while (book.admit(account(1), 0)->answer == Admission::Answer::Take)
        ++taken;
    EXPECT_EQ(taken, 1000);
    EXPECT_EQ(book.admit(account(1), 0)->wait, milliseconds(20));
    clock.advance(seconds(1));
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(book.admit(account(1), 0)->answer, Admission::Answer::Take);
    EXPECT_EQ(book.admit(account(1), 0)->answer, Admission::Answer::WaitRate);
    EXPECT_EQ(book.admit(account(1), 5000)->answer, Admission::Answer::WaitUnread);
    ASSERT_TRUE(book.wrote(account(1), false));
    clock.advance(seconds(1));
    EXPECT_EQ(book.admit(account(1), 5000)->answer, Admission::Answer::Take) << "ten for each";
    ASSERT_TRUE(book.set_bulk(account(1), true));
    for (int i = 0; i < 5000; ++i)
        ASSERT_EQ(book.admit(account(1), 1'000'000)->answer, Admission::Answer::Take);
}

TEST_F(ReputationBookTest, AReportRestrictsAContactAndForgivingTakesItBack) {
    befriend(account(1));
    ASSERT_TRUE(book.reported(account(1)));
    EXPECT_EQ(tier(account(1)), Tier::Restricted);
    EXPECT_EQ(book.standing(account(1))->unread, 5U);
    ASSERT_TRUE(book.forgiven(account(1)));
    EXPECT_EQ(tier(account(1)), Tier::Contact);
    ASSERT_TRUE(book.reported(account(2)));
    EXPECT_EQ(tier(account(2)), Tier::Blocked) << "nobody we know";
}

TEST_F(ReputationBookTest, FollowsTheContactBookWhereItHasNoRecord) {
    auto* const contact = contacts.open(account(1), clock.wall()).value();
    EXPECT_EQ(tier(account(1)), Tier::Stranger);
    contact->standing.state = identity::ContactState::Accepted;
    EXPECT_EQ(tier(account(1)), Tier::Contact) << "a contact from before there was a book";
    ASSERT_TRUE(book.load());
    contact->standing.state = identity::ContactState::Blocked;
    EXPECT_EQ(tier(account(1)), Tier::Blocked);
}

TEST_F(ReputationBookTest, ALostCommitIsForgottenInMemoryToo) {
    befriend(account(1));
    ASSERT_TRUE(book.reported(account(1)));
    store.fail_write(1, Error{Code::DiskFull, "full"});
    store::Changes changes;
    changes.put(store::Table::Meta, Bytes{9}, Bytes{9});
    commit(std::move(changes));
    store.heal();
    ASSERT_TRUE(book.load());
    EXPECT_EQ(tier(account(1)), Tier::Contact);
}

TEST_F(ReputationBookTest, WhenThePowerFailsAnActAndItsContactStandOrFallTogether) {
    befriend(account(1));
    const store::ReputationTable table(store);
    const Bytes key = table.key_of(reputation::Context::Person, account(1));
    for (const bool landed : {false, true}) {
        ASSERT_TRUE(contacts.load());
        ASSERT_TRUE(book.load());
        auto* const contact = contacts.find(account(1));
        contact->standing.state = identity::ContactState::Blocked;
        ASSERT_TRUE(book.blocked(account(1)));
        store::Changes changes;
        contacts.put(changes, *contact);
        store.hold();
        store.join(std::move(changes));
        settle();
        ASSERT_TRUE(store.writing());
        store.crash(landed);
        store.release();
        ContactBook again(store);
        ASSERT_TRUE(again.load());
        EXPECT_EQ(again.find(account(1))->blocked(), landed);
        EXPECT_EQ(table.find(key).value()->is_blocked(), landed);
    }
}

TEST_F(ReputationBookTest, ReadingCountsFourTimesADayAndRepliesOnceTheirTurn) {
    befriend(account(1));
    ASSERT_TRUE(book.read(account(1), 100));
    ASSERT_TRUE(book.read(account(1), 100));
    ASSERT_TRUE(book.wrote(account(1), true));
    ASSERT_TRUE(book.wrote(account(1), false));
    const Record record = book.record(account(1)).value();
    EXPECT_EQ(record.find(Event::Read)->count, 4U);
    EXPECT_EQ(record.find(Event::Reply)->count, 1U);
    EXPECT_NEAR(record.written(book.now()), 2, 1e-6);
}

TEST_F(ReputationBookTest, AStepOfTheClockFadesNothingUntilContactsAgree) {
    befriend(account(1));
    for (int i = 0; i < 10; ++i)
        book.observe(account(1), Event::Malformed);
    flush();
    const double bad = book.record(account(1))->bad(book.now());
    std::optional<Duration> offset;
    book.on_doubt([&offset] { return offset; });
    clock.step_wall(days(400));
    EXPECT_NEAR(book.record(account(1))->bad(book.now()), bad, 1e-3) << "nobody has agreed";
    ASSERT_TRUE(book.load());
    EXPECT_NEAR(book.record(account(1))->bad(book.now()), bad, 1e-3) << "nor after a restart";
    offset = -days(400);
    EXPECT_NEAR(book.record(account(1))->bad(book.now()), bad, 1e-3) << "they say otherwise";
    offset = seconds(3);
    EXPECT_LT(book.record(account(1))->bad(book.now()), bad / 50);
    clock.step_wall(-days(1000));
    EXPECT_LT(book.now(), clock.wall() + days(1)) << "back is believed, and counts as no time";
}

TEST_F(ReputationBookTest, TheSweepErasesWhatSaysNothingAndKeepsBlocksAndContacts) {
    befriend(account(1));
    ASSERT_TRUE(book.blocked(account(2)));
    ASSERT_TRUE(book.declined(account(3)));
    flush();
    EXPECT_EQ(rows(), 4U) << "and the time";
    clock.advance(days(20));
    flush();
    clock.advance(days(29));
    flush();
    ReputationSweep sweep(store, book);
    const auto look = [&] {
        store::Changes changes;
        ASSERT_TRUE(sweep.look(changes, clock.now()));
        commit(std::move(changes));
    };
    look();
    EXPECT_EQ(rows(), 4U) << "three and a half weeks are no time for a decline";
    for (int month = 0; month < 12; ++month) {
        clock.advance(days(29));
        flush();
    }
    look();
    EXPECT_EQ(rows(), 3U);
    EXPECT_EQ(tier(account(2)), Tier::Blocked);
    EXPECT_EQ(tier(account(3)), Tier::Stranger);
}

TEST_F(ReputationBookTest, OfTooManyUnknownPeopleThoseWithTheLeastEvidenceGo) {
    befriend(account(1));
    const store::ReputationTable table(store);
    store::Changes changes;
    for (std::uint32_t i = 0; i < ReputationBook::max_unknown + 8; ++i) {
        Record record(reputation::Context::Person, clock.wall());
        for (std::uint32_t times = 0; times <= i % 4; ++times)
            record.observe(Event::Malformed, clock.wall());
        table.put(
            changes, table.key_of(reputation::Context::Person, be_bytes<std::uint32_t>(i)), record);
    }
    commit(std::move(changes));
    ASSERT_TRUE(book.load());
    const auto full = rows();
    book.observe(account(2), Event::Malformed);
    flush();
    EXPECT_EQ(rows(), full + 1) << "the time, and nobody new";
    ASSERT_TRUE(book.declined(account(3)));
    flush();
    EXPECT_EQ(rows(), full + 2) << "what our user does is always written";
    ReputationSweep sweep(store, book);
    const SteadyTime began = clock.now();
    for (int step = 0; step < 40; ++step) {
        store::Changes erased;
        ASSERT_TRUE(sweep.look(erased, began));
        commit(std::move(erased));
    }
    EXPECT_EQ(rows(), ReputationBook::max_unknown / 8 * 7 + 2) << "a contact, and the time";
    EXPECT_EQ(tier(account(1)), Tier::Contact);
    std::size_t slight = 0;
    ASSERT_TRUE(table.walk({}, 100'000, [&](ByteView, const Record* record) {
        if (record->bad(clock.wall()) > 0 && record->bad(clock.wall()) < 6) ++slight;
    }));
    const std::size_t people = ReputationBook::max_unknown + 8 + 1;
    const std::size_t gone = people - ReputationBook::max_unknown / 8 * 7;
    EXPECT_EQ(slight, people / 4 + 1 - gone) << "only of those with one fault, or declined";
}

TEST_F(ReputationBookTest, TheSweepLooksOnceADay) {
    ReputationSweep sweep(store, book);
    store::Changes changes;
    ASSERT_TRUE(sweep.look(changes, clock.now()));
    ASSERT_TRUE(book.declined(account(3)));
    flush();
    clock.advance(days(580));
    store::Changes second;
    ASSERT_TRUE(sweep.look(second, clock.now() - days(580) + hours(23)));
    EXPECT_TRUE(second.empty());
    ASSERT_TRUE(sweep.look(second, clock.now()));
    EXPECT_FALSE(second.empty());
}

}  // namespace
}  // namespace kith::node
