// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rocks_engine.h"

#include "core/store/rocks_options.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>

namespace kith::store {
namespace {

/// A database as format 1 left it: all but the erasable tables in one family.
class OldDatabase : public testing::Test {
  protected:
    OldDatabase() {
        std::string place = testing::TempDir() + "kith-old-XXXXXX";
        EXPECT_NE(::mkdtemp(place.data()), nullptr);
        directory_ = place;
        rocksdb::Options options(rocks_db_options(*rocksdb::Env::Default()),
                                 rocks_family_options(Family::Rows, rocks_cache()));
        options.create_if_missing = true;
        rocksdb::DB* db = nullptr;
        EXPECT_TRUE(rocksdb::DB::Open(options, directory_, &db).ok());
        rocksdb::ColumnFamilyHandle* erasable = nullptr;
        EXPECT_TRUE(db->CreateColumnFamily({}, "erasable", &erasable).ok());
        for (const Table table : {Table::Outbox, Table::MessageIndex, Table::Seen, Table::Receipt})
            for (int row = 0; row < rows; ++row)
                EXPECT_TRUE(db->Put({}, id(table, row), value(table, row)).ok());
        EXPECT_TRUE(db->DestroyColumnFamilyHandle(erasable).ok());
        delete db;
    }

    ~OldDatabase() override { std::filesystem::remove_all(directory_); }

    Result<std::unique_ptr<RocksEngine>> open(bool older) {
        RocksEngine::Config config;
        config.directory = directory_;
        config.env = rocksdb::Env::Default();
        config.older = older;
        return RocksEngine::open(std::move(config));
    }

    static std::string key(int row) { return "key " + std::to_string(row); }

    static std::string id(Table table, int row) {
        return std::string(1, static_cast<char>(table)) + key(row);
    }

    static std::string value(Table table, int row) {
        return std::to_string(static_cast<int>(table)) + " " + std::string(200, 'x') + key(row);
    }

    static int found(const RocksEngine& engine, Table table) {
        int right = 0;
        for (int row = 0; row < rows; ++row) {
            const auto use = [&](ByteView bytes) -> Result<> {
                right += as_text(bytes) == value(table, row) ? 1 : 0;
                return {};
            };
            EXPECT_TRUE(engine.get(table, as_bytes(key(row)), use));
        }
        return right;
    }

    static constexpr int rows = 7000;  // more than one batch of them
    std::string directory_;
};

TEST_F(OldDatabase, IsRefusedAsItIs) {
    const auto engine = open(false);
    ASSERT_FALSE(engine);
    EXPECT_EQ(engine.error().code, Code::Corrupt);
}

TEST_F(OldDatabase, RowsAreFoundAgainOnceTheyAreSettled) {
    auto engine = open(true);
    ASSERT_TRUE(engine) << engine.error().context;
    EXPECT_EQ(found(**engine, Table::Outbox), rows);
    EXPECT_EQ(found(**engine, Table::Seen), 0);
    ASSERT_TRUE((*engine)->settle(Table::MessageIndex));
    ASSERT_TRUE((*engine)->settle(Table::Seen));
    // Cut off before the format was stored, it begins again.
    ASSERT_TRUE((*engine)->settle(Table::Seen));
    engine->reset();
    engine = open(false);
    ASSERT_TRUE(engine) << engine.error().context;
    for (const Table table : {Table::Outbox, Table::MessageIndex, Table::Seen, Table::Receipt})
        EXPECT_EQ(found(**engine, table), rows) << static_cast<int>(table);
}

}  // namespace
}  // namespace kith::store
