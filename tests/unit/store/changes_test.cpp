// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/changes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kith::store {
namespace {

std::vector<std::string> listed(const Changes& changes) {
    std::vector<std::string> out;
    changes.for_each([&out](const Change& change) {
        out.push_back(std::string(info(change.table).name) + (change.erase ? " - " : " + ") +
                      std::string(as_text(change.key)) + "=" + std::string(as_text(change.value)));
    });
    return out;
}

TEST(Changes, KeepsRecordsInOrder) {
    Changes changes;
    EXPECT_TRUE(changes.empty());
    changes.put(Table::Contact, as_bytes("bob"), as_bytes("1"));
    changes.erase(Table::Outbox, as_bytes("x"));
    changes.put(Table::Contact, {}, {});
    EXPECT_EQ(changes.size(), 3U);
    EXPECT_EQ(listed(changes),
              (std::vector<std::string>{"contact + bob=1", "outbox - x=", "contact + ="}));
}

TEST(Changes, AppendTakesOverBehindWhatIsHere) {
    Changes first;
    first.put(Table::Seen, as_bytes("a"), as_bytes("1"));
    Changes second;
    second.put(Table::Seen, as_bytes("b"), as_bytes(std::string(5000, 'v')));
    first.append(second);
    EXPECT_EQ(first.size(), 2U);
    EXPECT_EQ(second.size(), 1U);
    EXPECT_EQ(listed(first)[1].size(), 9U + 5000U);
}

TEST(Changes, MovedFromIsEmptyAndUsable) {
    Changes from;
    from.put(Table::Seen, as_bytes("a"), as_bytes("1"));
    Changes to = std::move(from);
    EXPECT_EQ(to.size(), 1U);
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move)
    EXPECT_TRUE(listed(from).empty());
    from.put(Table::Seen, as_bytes("b"), {});
    EXPECT_EQ(from.size(), 1U);
}

TEST(Changes, ClearForgetsAll) {
    Changes changes;
    changes.put(Table::Session, as_bytes("k"), as_bytes("secret"));
    changes.clear();
    EXPECT_TRUE(changes.empty());
    EXPECT_EQ(changes.bytes(), 0U);
}

TEST(Schema, NumbersAndNamesOfTablesAreUniqueAndFrozen) {
    for (const TableInfo& a : tables()) {
        EXPECT_EQ(find_table(static_cast<std::uint8_t>(a.table)), &a);
        EXPECT_LE(a.name.size(), 32U);
        for (const TableInfo& b : tables())
            EXPECT_TRUE(&a == &b || (a.table != b.table && a.name != b.name));
    }
    EXPECT_EQ(find_table(0), nullptr);
    EXPECT_EQ(find_table(0xff), nullptr);
    // Part of the disk format; a failure here means that old data no longer opens.
    EXPECT_EQ(static_cast<int>(Table::Session), 0x20);
    EXPECT_EQ(info(Table::SkippedKey).name, "skipped");
    EXPECT_TRUE(info(Table::Prekey).erasable());
    EXPECT_FALSE(info(Table::Message).erasable());
}

}  // namespace
}  // namespace kith::store
