// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/batch.h"

#include <gtest/gtest.h>

#include <string>

namespace kith::store {
namespace {

Changes one(Table table, std::string_view key, std::string_view value) {
    Changes changes;
    changes.put(table, as_bytes(key), as_bytes(value));
    return changes;
}

std::string value_of(const Batch& batch, Table table, std::string_view key) {
    const BatchRow* row = batch.find(table, as_bytes(key));
    if (row == nullptr) return "none";
    return row->erased() ? "erased" : std::string(as_text(row->value()));
}

TEST(Batch, ARowThatChangesOftenIsOneRow) {
    Batch batch;
    for (int i = 0; i < 64; ++i)
        batch.add(one(Table::Session, "bob", "state " + std::to_string(i)));
    EXPECT_EQ(batch.rows().size(), 1U);
    EXPECT_EQ(batch.changes(), 64U);
    EXPECT_EQ(value_of(batch, Table::Session, "bob"), "state 63");
    EXPECT_LT(batch.bytes(), 40U) << "states of equal size take one place";
}

TEST(Batch, TheLastChangeWinsBothWays) {
    Batch batch;
    batch.add(one(Table::Outbox, "m", "1"));
    Changes erase;
    erase.erase(Table::Outbox, as_bytes("m"));
    batch.add(erase);
    EXPECT_EQ(value_of(batch, Table::Outbox, "m"), "erased");
    EXPECT_TRUE(batch.rows()[0].value().empty());
    batch.add(one(Table::Outbox, "m", "a longer value than before"));
    EXPECT_EQ(value_of(batch, Table::Outbox, "m"), "a longer value than before");
    batch.add(one(Table::Outbox, "m", ""));
    EXPECT_EQ(value_of(batch, Table::Outbox, "m"), "");
    EXPECT_EQ(batch.rows().size(), 1U);
}

TEST(Batch, TheSameKeyInAnotherTableIsAnotherRow) {
    Batch batch;
    batch.add(one(Table::Outbox, "k", "o"));
    batch.add(one(Table::Seen, "k", "s"));
    EXPECT_EQ(value_of(batch, Table::Outbox, "k"), "o");
    EXPECT_EQ(value_of(batch, Table::Seen, "k"), "s");
    EXPECT_EQ(value_of(batch, Table::Event, "k"), "none");
}

TEST(Batch, FindsAmongManyAndAfterClear) {
    Batch batch;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 5000; ++i)
            batch.add(one(Table::Seen, "key" + std::to_string(i * (round + 1)), std::to_string(i)));
        EXPECT_EQ(batch.rows().size(), 5000U);
        for (int i = 0; i < 5000; ++i)
            ASSERT_EQ(value_of(batch, Table::Seen, "key" + std::to_string(i * (round + 1))),
                      std::to_string(i));
        EXPECT_EQ(value_of(batch, Table::Seen, "other"), "none");
        batch.clear();
        EXPECT_TRUE(batch.empty());
        EXPECT_EQ(batch.bytes(), 0U);
        EXPECT_EQ(value_of(batch, Table::Seen, "key0"), "none");
    }
}

TEST(Batch, IdIsTableNumberThenKey) {
    Batch batch;
    batch.add(one(Table::Message, "ab", "v"));
    EXPECT_EQ(to_bytes(batch.rows()[0].id()), (Bytes{0x31, 'a', 'b'}));
    EXPECT_EQ(batch.rows()[0].table(), Table::Message);
}

}  // namespace
}  // namespace kith::store
