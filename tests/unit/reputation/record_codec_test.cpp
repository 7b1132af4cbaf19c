// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/record.h"
#include "core/wire/writer.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <utility>
#include <vector>

namespace kith::reputation {
namespace {

constexpr Timestamp start = from_unix_seconds(1728100000);

Record lived(Context context, std::uint64_t seed) {
    test::SeededRandom random(seed);
    Record record(context, start);
    Timestamp now = start;
    const auto rules = rules_of(context);
    for (int i = 0; i < 200; ++i) {
        now += seconds(static_cast<int>(random.below(40'000)));
        const EventRule& rule = rules[random.below(rules.size())];
        if (rule.event == Event::Accepted) {
            record.accept(now);
        } else if (rule.event == Event::Reported) {
            record.report(now);
        } else {
            record.observe(rule.event, now);
        }
        if (random.below(9) == 0) record.forgive(now);
        if (random.below(3) == 0) record.wrote(now);
        if (context == Context::Person) {
            record.admit(random.below(10), 1, now);
            if (record.take_vouch(now)) record.vouched(random.below(2) == 0, now);
        }
    }
    return record;
}

TEST(RecordCodec, GivesBackWhatWasStored) {
    for (const Context context :
         {Context::Person, Context::Member, Context::Host, Context::Nodes}) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            SCOPED_TRACE(seed);
            const Record record = lived(context, seed);
            const Bytes row = record.encode();
            const auto read = Record::decode(row);
            ASSERT_TRUE(read);
            EXPECT_EQ(*read, record);
            EXPECT_EQ(read->encode(), row);
        }
    }
}

TEST(RecordCodec, AnEmptyRecordIsShortAndAFullOneFits) {
    EXPECT_LE(Record(Context::Person, start).encode().size(), 50U);
    // Everything that can be seen of a person, each with a fraction that needs all its bits.
    Record full(Context::Person, start);
    full.accept(start);
    for (int i = 0; i < 300; ++i) {
        for (const EventRule& rule : rules_of(Context::Person))
            full.add(rule.event, 0.1 / 3, true, start + hours(i) + Duration(i));
        full.wrote(start + hours(i) + Duration(1));
        full.vouched(i % 2 == 0, start + hours(i) + Duration(2));
    }
    EXPECT_EQ(full.admit(0, 1, start + days(30)).answer, Admission::Answer::Take);
    EXPECT_LE(full.encode().size(), 400U);
    EXPECT_EQ(Record::decode(full.encode()).value(), full);
}

TEST(RecordCodec, EveryByteThatChangesIsRefusedOrReadAsItStands) {
    const Bytes row = lived(Context::Person, 3).encode();
    std::size_t refused = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        for (const std::uint8_t flip : Bytes{0x01, 0x80}) {
            Bytes other = row;
            other[i] ^= flip;
            const auto read = Record::decode(other);
            if (read) {
                EXPECT_EQ(read->encode(), other);
            } else {
                ++refused;
            }
        }
    }
    EXPECT_GT(refused, 20U);
    EXPECT_FALSE(Record::decode(ByteView(row).first(row.size() - 1)));
    EXPECT_FALSE(Record::decode({}));
}

TEST(RecordCodec, TellsARecordOfANewerKith) {
    Bytes row = Record(Context::Person, start).encode();
    row[1] = 2;
    EXPECT_EQ(Record::decode(row).error().code, Code::UnsupportedVersion);
    row[1] = 0;
    EXPECT_EQ(Record::decode(row).error().code, Code::Corrupt);
}

TEST(RecordCodec, RefusesAnotherContext) {
    Bytes row = Record(Context::Person, start).encode();
    for (const std::uint8_t context : Bytes{0, 5, 100}) {
        row[2] = context;
        EXPECT_EQ(Record::decode(row).error().code, Code::Corrupt);
    }
}

/// A row of a person with this evidence: [event, recent] of each.
Bytes row_with(const std::vector<std::pair<Event, std::uint8_t>>& evidence, double left = 1) {
    Bytes row;
    wire::Writer out(row);
    out.array(12).uint(1).uint(1).uint(0).uint(0).uint(0);
    for (int i = 0; i < 6; ++i)
        out.uint(0);
    out.array(evidence.size());
    for (const auto& [event, recent] : evidence) {
        out.array(6).uint(static_cast<std::uint8_t>(event));
        out.uint(std::bit_cast<std::uint64_t>(left)).uint(std::bit_cast<std::uint64_t>(left));
        out.uint(1).uint(1728100000).uint(recent);
    }
    return row;
}

TEST(RecordCodec, RefusesEvidenceThatNoRecordHas) {
    EXPECT_TRUE(Record::decode(row_with({{Event::Reply, 0}, {Event::Read, 4}})));
    EXPECT_FALSE(Record::decode(row_with({{Event::Read, 0}, {Event::Reply, 0}}))) << "order";
    EXPECT_FALSE(Record::decode(row_with({{Event::Reply, 0}, {Event::Reply, 0}}))) << "twice";
    EXPECT_FALSE(Record::decode(row_with({{Event::Lost, 0}}))) << "of another context";
    EXPECT_FALSE(Record::decode(row_with({{Event::Read, 5}}))) << "more than its window holds";
}

TEST(RecordCodec, RefusesAmountsThatNoRecordHas) {
    EXPECT_TRUE(Record::decode(row_with({{Event::Reply, 0}}, 40)));
    EXPECT_FALSE(Record::decode(row_with({{Event::Reply, 0}}, 41)));
    EXPECT_FALSE(Record::decode(row_with({{Event::Reply, 0}, {Event::Read, 0}}, 30)));
    EXPECT_FALSE(Record::decode(row_with({{Event::Declined, 0}, {Event::Ignored, 0}}, 150)));
    EXPECT_FALSE(Record::decode(row_with({{Event::Reply, 0}}, -1)));
    EXPECT_FALSE(Record::decode(row_with({{Event::Reply, 0}}, std::nan(""))));
    EXPECT_FALSE(Record::decode(row_with({{Event::Declined, 0}}, HUGE_VAL)));
}

}  // namespace
}  // namespace kith::reputation
