// SPDX-License-Identifier: GPL-3.0-or-later
// What is printed about a peer is what is enforced.
#include "core/reputation/explain.h"
#include "daemon/api_objects.h"

#include <gtest/gtest.h>

namespace kith::daemon {
namespace {

using reputation::Admission;
using reputation::Event;
using reputation::Record;

constexpr Timestamp noon = from_unix_seconds(1'795'348'800);

Record stranger() {
    return Record(reputation::Context::Person, noon);
}

Record contact() {
    Record record = stranger();
    record.accept(noon);
    return record;
}

Record trusted() {
    Record record = contact();
    for (int i = 0; i < 40; ++i)
        record.add(Event::Reply, 1, false, noon);
    return record;
}

Record bulk() {
    Record record = contact();
    record.set_bulk(true);
    return record;
}

Record restricted() {
    Record record = contact();
    record.report(noon);
    return record;
}

Record blocked() {
    Record record = stranger();
    record.block(noon);
    return record;
}

Record suspect() {
    Record record = stranger();
    for (int i = 0; i < 3; ++i)
        record.observe(Event::Malformed, noon);
    return record;
}

Record introduced() {
    Record record = stranger();
    record.set_entry(reputation::Entry::Introduced);
    return record;
}

api::Reputation shown(const Record& record) {
    node::ReputationView view;
    view.contact.name = "bob";
    view.contact.state = node::ContactState::Accepted;
    view.explanation = reputation::explain(record, noon);
    return to_api(view, NameTag{});
}

/// How many messages come in one after the other, until one has to wait; at most `most`.
std::uint64_t taken(Record& record, std::uint64_t unread, Timestamp now, std::uint64_t most) {
    std::uint64_t count = 0;
    while (count < most && record.admit(unread, 1, now).answer == Admission::Answer::Take)
        ++count;
    return count;
}

class PrintedLimits : public testing::TestWithParam<Record (*)()> {};

TEST_P(PrintedLimits, AreThoseThatAreEnforced) {
    constexpr std::uint64_t plenty = 100'000;
    const Record made = GetParam()();
    const api::ReputationLimits limits = shown(made).limits;

    Record record = made;
    EXPECT_EQ(taken(record, 0, noon, plenty), limits.burst.value_or(plenty));
    if (limits.per_second) {
        EXPECT_EQ(taken(record, 0, noon + seconds(1), plenty), *limits.per_second);
    }
    if (limits.per_hour) {
        EXPECT_EQ(taken(record, 0, noon + hours(1), plenty), *limits.per_hour);
    }
    if (limits.per_day) {
        EXPECT_EQ(taken(record, 0, noon + days(1), plenty), *limits.per_day);
    }

    record = made;
    const std::uint64_t unread = limits.unread.value_or(plenty);
    if (unread > 0) {
        EXPECT_EQ(record.admit(unread - 1, 1, noon).answer, Admission::Answer::Take);
    }
    if (limits.unread) {
        EXPECT_NE(record.admit(unread, 1, noon).answer, Admission::Answer::Take);
    }
}

INSTANTIATE_TEST_SUITE_P(
    EachTier,
    PrintedLimits,
    testing::Values(
        &trusted, &contact, &bulk, &restricted, &introduced, &stranger, &suspect, &blocked));

TEST(ReputationObject, ARestrictedContactIsToldHowToBeFreed) {
    const api::Reputation bob = shown(restricted());
    EXPECT_EQ(to_string(bob.tier), "restricted");
    EXPECT_EQ(bob.remedy, "kith contacts unblock bob");
    EXPECT_EQ(bob.next, "nothing changes by itself");
    ASSERT_EQ(bob.because.size(), 2U);
    EXPECT_EQ(bob.because.front().event, "report");
    EXPECT_EQ(bob.because.front().weight, -10);
    EXPECT_LT(bob.because.front().effect, 0);
}

TEST(ReputationObject, ADeclineSaysUntilWhenAndWhatChanges) {
    Record record = stranger();
    record.observe(Event::Declined, noon);
    const api::Reputation shown_then = shown(record);
    EXPECT_EQ(shown_then.refused_until, noon + days(30));
    EXPECT_EQ(shown_then.limits.work, 4);
    EXPECT_EQ(shown_then.next, "work falls to 2 x on 21 Dec (score 0.14)");
}

TEST(ReputationObject, ANameThatItsBearerChoseIsNoArgumentOfACommand) {
    node::ReputationView view;
    view.contact.self_name = "$(reboot)";
    view.explanation = reputation::explain(blocked(), noon);
    EXPECT_TRUE(to_api(view, NameTag{}).remedy->starts_with("kith contacts unblock u:"));
}

}  // namespace
}  // namespace kith::daemon
