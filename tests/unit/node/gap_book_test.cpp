// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/gap_book.h"

#include "tests/unit/node/store_fixture.h"

namespace kith::node {
namespace {

class GapBookTest : public StoreFixture {
  protected:
    GapBookTest() { EXPECT_TRUE(book.load()); }

    /// What the step tells the user; nullopt: nothing.
    std::optional<GapRef> told_by(Transaction step) {
        // Something else of the message is always written.
        step.changes.put(store::Table::Seen, Bytes{1}, {});
        commit(std::move(step.changes));
        if (step.events.empty()) return std::nullopt;
        return std::get<GapRef>(step.events.front());
    }

    std::optional<GapRef> observe(std::uint64_t sequence) {
        Transaction step;
        book.observe(step, account(1), device(1), sequence, now);
        return told_by(std::move(step));
    }

    std::optional<GapRef> report_after(Duration time) {
        now += time;
        Transaction step;
        book.report(step, now);
        return told_by(std::move(step));
    }

    GapBook book{store};
    Timestamp now = from_unix_seconds(1'800'000'000);
};

TEST_F(GapBookTest, TellsOnceWhatStaysMissingAndThatItWasFound) {
    observe(1);
    observe(4);
    EXPECT_FALSE(report_after(seconds(30)));
    const auto missing = report_after(seconds(40));
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->missing, 2U);
    EXPECT_FALSE(missing->healed);
    EXPECT_FALSE(report_after(hours(1)));
    EXPECT_FALSE(observe(3));
    const auto found = observe(2);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->healed);
}

TEST_F(GapBookTest, KnowsWhichNumbersCannotBeHereYet) {
    EXPECT_FALSE(book.is_beyond(device(1), 1)) << "nothing is known of it";
    observe(4);
    EXPECT_FALSE(book.is_beyond(device(1), 0)) << "it has no number";
    EXPECT_FALSE(book.is_beyond(device(1), 3));
    EXPECT_FALSE(book.is_beyond(device(1), 4));
    EXPECT_TRUE(book.is_beyond(device(1), 5));
    EXPECT_FALSE(book.is_beyond(device(2), 5));
}

TEST_F(GapBookTest, SaysNothingOfWhatWasOnlyOvertaken) {
    observe(1);
    observe(3);
    EXPECT_FALSE(observe(2));
    EXPECT_FALSE(report_after(hours(1)));
}

TEST_F(GapBookTest, MessagesWithoutANumberAndRepeatsSayNothing) {
    observe(1);
    EXPECT_FALSE(observe(0));
    EXPECT_FALSE(observe(1));
    observe(2);
    EXPECT_FALSE(report_after(hours(1)));
}

TEST_F(GapBookTest, RemembersOverARestart) {
    observe(1);
    observe(3);
    ASSERT_TRUE(report_after(hours(1)));
    GapBook again(store);
    ASSERT_TRUE(again.load());
    Transaction step;
    again.report(step, now);
    EXPECT_TRUE(step.events.empty());
    again.observe(step, account(1), device(1), 2, now);
    ASSERT_EQ(step.events.size(), 1U);
    EXPECT_TRUE(std::get<GapRef>(step.events.front()).healed);
}

}  // namespace
}  // namespace kith::node
