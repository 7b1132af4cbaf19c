// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/erasure.h"

#include "core/store/row_seal.h"
#include "tests/unit/store/rocks_fixture.h"

#include <map>

namespace kith::store {
namespace {

class ErasureTest : public RocksFixture {
  protected:
    Bytes erase_file() { return disk.content("/home/share/erase.key"); }

    std::uint32_t newest() {
        const auto keys = ErasureKeys::open(slot_key(master), erase_file());
        return keys ? keys->newest().number() : 0;
    }

    bool two_generations() {
        const auto keys = ErasureKeys::open(slot_key(master), erase_file());
        return keys && keys->previous() != nullptr;
    }

    /// Every sealed row of a table that is anywhere in the files, opened if some key still can.
    std::size_t readable_on_disk(Table table, std::string_view key, std::string_view value) {
        const auto keys = ErasureKeys::open(slot_key(master), erase_file());
        const RowCipher cipher(master);
        std::size_t found = 0;
        const std::size_t size = erasable_overhead + value.size();
        for (const std::string& path : disk.paths()) {
            const Bytes content = disk.content(path);
            for (std::size_t at = 0; at + size <= content.size(); ++at) {
                const ByteView row = ByteView(content).subspan(at, size);
                const auto opened = cipher.open(*keys, table, as_bytes(key), row);
                if (opened && as_text(*opened) == value) ++found;
            }
        }
        return found;
    }
};

TEST_F(ErasureTest, WhatWasDeletedOrReplacedOpensWithNoKeyOnDisk) {
    open();
    ASSERT_TRUE(put(Table::Session, "bob", "old chain key"));
    ASSERT_TRUE(put(Table::Session, "bob", "new chain key"));
    ASSERT_TRUE(put(Table::Prekey, "1", "used prekey"));
    ASSERT_TRUE(erase(Table::Prekey, "1"));
    EXPECT_GT(readable_on_disk(Table::Session, "bob", "old chain key"), 0U)
        << "the log keeps it: this is what erasure is for";
    EXPECT_GT(readable_on_disk(Table::Prekey, "1", "used prekey"), 0U);
    ASSERT_TRUE(run(io, store->erase_deleted()));
    EXPECT_EQ(readable_on_disk(Table::Session, "bob", "old chain key"), 0U);
    EXPECT_EQ(readable_on_disk(Table::Prekey, "1", "used prekey"), 0U);
    EXPECT_GT(readable_on_disk(Table::Session, "bob", "new chain key"), 0U);
    EXPECT_EQ(get(Table::Session, "bob"), "new chain key");
    EXPECT_EQ(newest(), 2U);
    EXPECT_FALSE(two_generations());
    close();
    open();
    EXPECT_EQ(get(Table::Session, "bob"), "new chain key");
    EXPECT_FALSE(store->rewound());
}

TEST_F(ErasureTest, NothingIsDoneWhenNothingDied) {
    open();
    ASSERT_TRUE(run(io, store->erase_deleted()));
    const auto generation = newest();
    ASSERT_TRUE(put(Table::Message, "m", "history is not erasable"));
    ASSERT_TRUE(run(io, store->erase_deleted()));
    EXPECT_EQ(newest(), generation);
    ASSERT_TRUE(put(Table::Session, "s", "x"));
    ASSERT_TRUE(run(io, store->erase_deleted()));
    EXPECT_EQ(newest(), generation + 1);
}

TEST_F(ErasureTest, MovesManyRowsWhileCommitsGoOn) {
    open();
    constexpr int count = 1500;
    Changes many;
    for (int n = 0; n < count; ++n)
        many.put(Table::SkippedKey, as_bytes(std::to_string(n)), as_bytes(std::to_string(n)));
    ASSERT_TRUE(commit(std::move(many)));
    AsyncScope scope(io.get_executor());
    bool erased = false;
    int committed = 0;
    const auto erasing = [](RocksStore& s, bool& done) -> Task<> {
        done = (co_await s.erase_deleted()).has_value();
    };
    const auto committing = [](RocksStore& s, bool& until, int& done) -> Task<> {
        while (!until) {
            Changes changes;
            const std::string key = std::to_string(done * 7 % count);
            changes.put(Table::SkippedKey, as_bytes(key), as_bytes("new " + key));
            const auto result = co_await s.commit(std::move(changes));
            EXPECT_TRUE(result);
            ++done;
        }
    };
    scope.spawn(erasing(*store, erased));
    scope.spawn(committing(*store, erased, committed));
    run_until([&] { return scope.size() == 0; });
    EXPECT_TRUE(erased);
    EXPECT_GT(committed, 0);
    for (int n = 0; n < count; ++n) {
        const std::string value = get(Table::SkippedKey, std::to_string(n));
        EXPECT_TRUE(value == std::to_string(n) || value == "new " + std::to_string(n)) << value;
    }
    for (int k = 0; k < std::min(committed, count); ++k) {
        const std::string key = std::to_string(k * 7 % count);
        EXPECT_EQ(get(Table::SkippedKey, key), "new " + key);
    }
}

TEST_F(ErasureTest, ACrashAtAnyPointLeavesEveryLiveRowReadable) {
    open();
    for (int n = 0; n < 10; ++n)
        ASSERT_TRUE(put(Table::Session, std::to_string(n), "state " + std::to_string(n)));
    close();
    const auto whole = disk.copy("/home");
    bool finished = false;
    int points = 0;
    for (std::uint64_t point = 1; !finished; ++point, ++points) {
        disk.restore("/home", whole);
        open();
        disk.die_after(point);
        finished = run(io, store->erase_deleted()).has_value();
        disk.die_after(0);
        store.reset();
        poll(io);
        disk.lose_power(random);
        open();
        ASSERT_FALSE(store->rewound()) << point;
        for (int n = 0; n < 10; ++n)
            ASSERT_EQ(get(Table::Session, std::to_string(n)), "state " + std::to_string(n))
                << point;
        // What was cut off is finished by the next one.
        ASSERT_TRUE(run(io, store->erase_deleted())) << point;
        EXPECT_FALSE(two_generations());
        close();
    }
    EXPECT_GT(points, 8);
}

TEST_F(ErasureTest, ARowThatDoesNotOpenStopsTheErasureNotTheStore) {
    open();
    ASSERT_TRUE(put(Table::Session, "bob", "state"));
    close();
    // The slot's generation changes hands: generation 1 with another key.
    const auto other = crypto::draw_secret<crypto::ErasureKey>(random);
    const Slot slot = seal_slot(slot_key(master), 1, {}, other);
    Bytes file = erase_file();
    std::copy(slot.begin(), slot.end(), file.begin() + slot_size);
    disk.put("/home/share/erase.key", file);
    open();
    EXPECT_EQ(get(Table::Session, "bob"), "corrupt");
    const auto erased = run(io, store->erase_deleted());
    ASSERT_FALSE(erased);
    EXPECT_EQ(erased.error().code, Code::Corrupt);
    EXPECT_TRUE(two_generations()) << "no key is destroyed";
    EXPECT_TRUE(put(Table::Session, "alice", "new"));
    EXPECT_EQ(get(Table::Session, "alice"), "new");
}

TEST(ErasureKeys, SlotsAreNotMixedUp) {
    const crypto::ErasureKey key = crypto::ErasureKey::copy_of(std::array<std::uint8_t, 32>{1});
    const crypto::ErasureKey vk = crypto::ErasureKey::copy_of(std::array<std::uint8_t, 32>{2});
    Slot slot = seal_slot(key, 7, {}, vk);
    ASSERT_TRUE(open_slot(key, slot));
    EXPECT_EQ((*open_slot(key, slot))->number(), 7U);
    EXPECT_EQ((*open_slot(key, slot))->slot_offset(), slot_size);
    slot[3] = 8;
    EXPECT_FALSE(open_slot(key, slot));
    EXPECT_FALSE(ErasureKeys::open(key, Bytes(erase_file_size)));
    EXPECT_FALSE(ErasureKeys::open(key, Bytes(erase_file_size - 1)));
}

}  // namespace
}  // namespace kith::store
