// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/render.h"

#include "cli/clock.h"
#include "tests/unit/api/samples.h"

#include <gtest/gtest.h>

namespace kith::cli {
namespace {

TEST(Render, ShowsATagUntilAContactIsAccepted) {
    api::Contact contact = test::full_contact();
    EXPECT_EQ(shown_name(contact), "Bob⟨7q2m⟩");
    contact.state = api::ContactState::Accepted;
    EXPECT_EQ(shown_name(contact), "Bob");
    contact.tagged = true;
    EXPECT_EQ(shown_name(contact), "Bob⟨7q2m⟩");
    contact.name = "B\x1b[2Job\n";
    EXPECT_EQ(shown_name(contact), "B␛[2Job⟨7q2m⟩");
    contact.tagged = false;
    EXPECT_EQ(shown_name(contact), "B␛[2Job")
        << "the name that our user gave may be a copy of theirs";
}

TEST(Render, ShowsATagBesideANameThatNeedsIt) {
    api::Message message = test::full_message();
    EXPECT_EQ(shown_name(message), "Bob⟨7q2m⟩");
    message.tagged = false;
    EXPECT_EQ(shown_name(message), "Bob");
    message.dir = api::Direction::Out;
    EXPECT_EQ(shown_name(message), "you");
}

TEST(Render, AlignsTables) {
    EXPECT_EQ(table({{"a", "long", "x"}, {"家族", "b", ""}, {"c"}}),
              (std::vector<std::string>{"a     long  x", "家族  b", "c"}));
    EXPECT_TRUE(table({}).empty());
}

TEST(Render, ATextCannotImitateAnotherLine) {
    EXPECT_EQ(indented("15:04 Bob  ", "hi\n15:05 you  yes\r\n\x1b[A"),
              "15:04 Bob  hi\n"
              "           15:05 you  yes\n"
              "           ␛[A");
    EXPECT_EQ(indented("> ", "\x1b", true), "> \\x1b");
}

TEST(Render, MarksOnlyWhatIsKnown) {
    using api::MessageState;
    EXPECT_EQ(mark(MessageState::Queued, false), "…");
    EXPECT_EQ(mark(MessageState::Sent, false), "…");
    EXPECT_EQ(mark(MessageState::Stored, false), "✓");
    EXPECT_EQ(mark(MessageState::Delivered, false), "✓✓");
    EXPECT_EQ(mark(MessageState::Delivered, true), ">>");
    EXPECT_EQ(mark(MessageState::Failed, true), "!");
    EXPECT_EQ(mark(MessageState::Received, false), "");
}

TEST(Render, BeginsEachDayWithItsDate) {
    api::Message first = test::full_message();
    api::Message second = first;
    second.time += minutes(1);
    api::Message next_day = first;
    next_day.time += days(1);
    const auto items = conversation({first, second, next_day}, false);
    ASSERT_EQ(items.size(), 5U);
    EXPECT_TRUE(items[0].starts_with("── "));
    EXPECT_TRUE(items[3].starts_with("── "));
    EXPECT_NE(items[0], items[3]);
    EXPECT_TRUE(items[1].ends_with("Bob⟨7q2m⟩  hi")) << items[1];
}

TEST(Clock, SaysHowLongAgoInOneUnit) {
    const Timestamp now = test::noon;
    EXPECT_EQ(ago(now - seconds(20), now), "now");
    EXPECT_EQ(ago(now - minutes(5) - seconds(20), now), "5 min");
    EXPECT_EQ(ago(now - hours(3) - minutes(20), now), "3 h");
    EXPECT_EQ(ago(now - days(2) - hours(5), now), "2 d");
    EXPECT_EQ(ago(now + hours(1), now), "now");
}

TEST(Clock, TimeoutsOfPollAreNeverNegative) {
    EXPECT_EQ(poll_timeout(steady_now() - hours(1)), 0);
    EXPECT_GT(poll_timeout(steady_now() + hours(1)), 3'500'000);
    EXPECT_GT(poll_timeout(steady_now() + days(3000)), 1'000'000'000);
}

}  // namespace
}  // namespace kith::cli
