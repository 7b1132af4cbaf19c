// SPDX-License-Identifier: GPL-3.0-or-later
// R1 and R2 of docs/threat-model.md for the store alone: the process dies, or the power goes, at
// any operation of the disk. Acknowledged = present, and everything present is whole.
#include "tests/unit/store/rocks_fixture.h"

#include <fmt/format.h>

#include <cstdlib>

namespace kith::store {
namespace {

constexpr std::uint64_t accounts = 6;
constexpr std::uint64_t kept_messages = 50;

// Each batch moves a counter and rewrites a row of every kind of table with its number, as a send
// does with session, outbox and event.
class PowerLossTest : public RocksFixture {
  protected:
    Changes batch(std::uint64_t n) {
        const std::string text = fmt::format("{:08}", n);
        const std::string who = std::to_string(n % accounts);
        Changes changes;
        changes.put(Table::Session, as_bytes(who), as_bytes(text + std::string(n % 700, 's')));
        changes.put(Table::Outbox, as_bytes(text), as_bytes(text + std::string(n % 90, 'o')));
        if (n >= 5) changes.erase(Table::Outbox, as_bytes(fmt::format("{:08}", n - 5)));
        changes.put(Table::Message, as_bytes(text), as_bytes(text));
        if (n > kept_messages)
            changes.erase(Table::Message, as_bytes(fmt::format("{:08}", n - kept_messages)));
        changes.put(Table::Meta, as_bytes("last"), as_bytes(text));
        return changes;
    }

    std::uint64_t number(Table table, std::string_view key) {
        const std::string value = get(table, key);
        return value == "none" ? 0 : std::stoull(value.substr(0, 8));
    }

    /// All rows are those of the batches 1..n, whole, for some n.
    std::uint64_t check_whole() {
        const std::uint64_t last = number(Table::Meta, "last");
        std::uint64_t messages = last > kept_messages ? last - kept_messages : 0;
        const Scan all{Table::Message};
        const auto walked = store->scan(all, [&](ByteView key, ByteView value) {
            ++messages;
            EXPECT_EQ(as_text(key), fmt::format("{:08}", messages));
            EXPECT_EQ(as_text(value), as_text(key));
            return true;
        });
        EXPECT_TRUE(walked) << walked.error().context;
        EXPECT_EQ(messages, last);
        for (std::uint64_t n = last > 10 ? last - 10 : 1; n <= last; ++n) {
            EXPECT_EQ(number(Table::Outbox, fmt::format("{:08}", n)), n + 5 > last ? n : 0) << n;
        }
        for (std::uint64_t who = 0; who < accounts; ++who) {
            // The newest batch that belongs to this session.
            std::uint64_t newest = last;
            while (newest > 0 && newest % accounts != who)
                --newest;
            EXPECT_EQ(number(Table::Session, std::to_string(who)), newest);
        }
        return last;
    }

    /// Commits one by one until the disk dies; gives the last batch that was acknowledged.
    std::uint64_t run_until_death(std::uint64_t from) {
        std::uint64_t acknowledged = from;
        for (std::uint64_t n = from + 1;; ++n) {
            const auto result = commit(batch(n));
            if (!result) break;
            acknowledged = n;
            // Erasing interleaves its own writes with the commits behind it.
            if (n % 7 == 0 && !run(io, store->erase_deleted())) break;
        }
        return acknowledged;
    }
};

TEST_F(PowerLossTest, AcknowledgedIsPresentAndTheRestIsWholeOrAbsent) {
    const int points = std::getenv("KITH_SOAK") != nullptr ? 6000 : 600;
    std::uint64_t acknowledged = 0;
    std::uint64_t losses = 0;
    std::uint64_t died_opening = 0;
    for (int point = 0; point < points; ++point) {
        SCOPED_TRACE(fmt::format("point {}", point));
        // Some deaths fall into the opening, most into work, long runs into flushes.
        disk.die_after(1 + random.below(point % 5 == 0 ? 40 : 400));
        const auto opened = try_open();
        if (opened) {
            const std::uint64_t found = check_whole();
            ASSERT_GE(found, acknowledged) << "an acknowledged batch is gone";
            EXPECT_FALSE(store->rewound());
            acknowledged = run_until_death(found);
        } else {
            EXPECT_TRUE(disk.dead()) << opened.error().context;
            ++died_opening;
        }
        const bool power = point % 4 != 3;
        store.reset();
        poll(io);
        power ? disk.lose_power(random) : disk.restart();
        losses += power ? 1U : 0U;
        if (HasFailure()) break;
    }
    ASSERT_NO_FATAL_FAILURE(open());
    EXPECT_GE(check_whole(), acknowledged);
    EXPECT_GT(acknowledged, 1000U);
    RecordProperty("acknowledged", std::to_string(acknowledged));
    RecordProperty("power_losses", std::to_string(losses));
    RecordProperty("deaths_while_opening", std::to_string(died_opening));
}

}  // namespace
}  // namespace kith::store
