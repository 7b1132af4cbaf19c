// SPDX-License-Identifier: GPL-3.0-or-later
// R15 of docs/threat-model.md: a data directory restored from an older copy is noticed.
#include "core/store/rewind_guard.h"
#include "tests/unit/store/rocks_fixture.h"

namespace kith::store {
namespace {

using RewindTest = RocksFixture;

TEST(RewindGuard, ADatabaseBehindTheFileIsACopy) {
    EXPECT_FALSE(judge_boot(std::nullopt, std::nullopt).rewound);
    EXPECT_EQ(judge_boot(std::nullopt, std::nullopt).next, 1U);
    EXPECT_FALSE(judge_boot(5, 5).rewound);
    EXPECT_EQ(judge_boot(5, 5).next, 6U);
    EXPECT_FALSE(judge_boot(6, 5).rewound) << "died between database and file";
    EXPECT_TRUE(judge_boot(4, 5).rewound);
    EXPECT_EQ(judge_boot(4, 5).next, 6U) << "never a number that was used";
    EXPECT_TRUE(judge_boot(std::nullopt, 5).rewound);
}

TEST(RewindGuard, ADamagedOrForeignFileSaysNothing) {
    const auto master = [](std::uint8_t n) {
        return crypto::MasterKey::copy_of(std::array<std::uint8_t, 32>{n});
    };
    const RowCipher ours(master(1));
    Bytes file = encode_boot_epoch(ours, 7);
    EXPECT_EQ(decode_boot_epoch(ours, file), 7U);
    EXPECT_EQ(decode_boot_epoch(RowCipher(master(2)), file), std::nullopt);
    EXPECT_EQ(decode_boot_epoch(ours, ByteView(file).first(23)), std::nullopt);
    file[7] ^= 1;
    EXPECT_EQ(decode_boot_epoch(ours, file), std::nullopt);
    EXPECT_EQ(decode_boot_epoch(ours, {}), std::nullopt);
}

TEST_F(RewindTest, AnOlderDataDirectoryIsNoticedUntilAcknowledged) {
    open();
    ASSERT_TRUE(put(Table::Session, "bob", "step 1"));
    close();
    const auto old = disk.copy("/home/share");
    open();
    ASSERT_TRUE(put(Table::Session, "bob", "step 2"));
    close();
    disk.restore("/home/share", old);
    open();
    EXPECT_EQ(store->state(), State::Ok);
    EXPECT_TRUE(store->rewound());
    EXPECT_EQ(get(Table::Session, "bob"), "step 1");
    close();
    open();
    EXPECT_TRUE(store->rewound()) << "a crash before the resets must not hide it";
    Changes resets;
    resets.erase(Table::Session, as_bytes("bob"));
    store->acknowledge_rewind(resets);
    ASSERT_TRUE(commit(std::move(resets)));
    EXPECT_FALSE(store->rewound());
    close();
    open();
    EXPECT_FALSE(store->rewound());
}

TEST_F(RewindTest, ACopyFromWithinTheSameRunIsNoticedByItsMark) {
    open();
    ASSERT_TRUE(put(Table::Session, "bob", "step 1"));
    const auto old = disk.copy("/home/share/db");
    ASSERT_TRUE(put(Table::Session, "bob", "step 2"));
    kill();
    disk.restore("/home/share/db", old);
    const auto opened = try_open();
    // Same boot epoch, fewer rows: cannot be told from rows that were lost.
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::Corrupt);
    EXPECT_NE(opened.error().context.find("has lost its last rows"), std::string::npos);
}

TEST_F(RewindTest, RowsOfAnErasedGenerationAreACopy) {
    open();
    ASSERT_TRUE(put(Table::Session, "bob", "step 1"));
    ASSERT_TRUE(put(Table::Message, "m", "text"));
    close();
    const auto old = disk.copy("/home/share/db");
    open();
    ASSERT_TRUE(run(io, store->erase_deleted()));
    close();
    // Only the database is restored, and the state directory is lost.
    disk.restore("/home/share/db", old);
    disk.remove_quietly("/home/state/boot-epoch");
    disk.remove_quietly("/home/share/sync-mark");
    open();
    EXPECT_TRUE(store->rewound());
    EXPECT_EQ(get(Table::Session, "bob"), "none") << "nobody can read it any more";
    EXPECT_EQ(get(Table::Message, "m"), "text");
    EXPECT_TRUE(put(Table::Session, "bob", "new"));
}

TEST_F(RewindTest, ALostStateDirectoryIsNoRewind) {
    open();
    close();
    disk.remove_quietly("/home/state/boot-epoch");
    open();
    EXPECT_FALSE(store->rewound());
}

}  // namespace
}  // namespace kith::store
