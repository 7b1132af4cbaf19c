// SPDX-License-Identifier: GPL-3.0-or-later
// R4 and R5 of docs/threat-model.md for the store: a full disk heals, a failed sync is final until
// restart, and in both cases nothing acknowledged is lost and reading goes on.
#include "tests/unit/store/rocks_fixture.h"

namespace kith::store {
namespace {

constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;
constexpr std::uint64_t plenty = 1024 * megabyte;

class DiskTroubleTest : public RocksFixture {
  protected:
    std::uint64_t used() { return std::uint64_t{1} << 40; }

    /// Leaves `free` bytes on the disk.
    void leave(std::uint64_t free) {
        disk.set_capacity(plenty);
        disk.set_capacity(plenty - disk.free_bytes() + free);
    }

    Code commit_code(std::string_view key) {
        const auto result = put(Table::Event, key, std::string(2000, 'v'));
        return result ? Code::Internal : result.error().code;
    }

    void wait_for(State state) {
        run_until([this, state] { return store->state() == state; });
    }
};

TEST_F(DiskTroubleTest, BelowTheReserveItRefusesWritesAndReadsOn) {
    open();
    ASSERT_TRUE(put(Table::Event, "a", "1"));
    leave(12 * megabyte);
    ASSERT_TRUE(put(Table::Event, "b", "2")) << "this one still fits";
    EXPECT_EQ(store->state(), State::Full);
    EXPECT_EQ(store->state_reason(), "11 MB left in /home/share");
    EXPECT_EQ(commit_code("c"), Code::DiskFull);
    EXPECT_EQ(run(io, store->erase_deleted()).error().code, Code::DiskFull);
    EXPECT_EQ(get(Table::Event, "b"), "2");
    leave(plenty / 2);
    wait_for(State::Ok);
    EXPECT_EQ(store->state_reason(), "");
    EXPECT_TRUE(put(Table::Event, "c", "3"));
}

TEST_F(DiskTroubleTest, AtTheVeryEndOfTheDiskNothingAcknowledgedIsLost) {
    RocksConfig how = config();
    how.reserve = 0;  // others have eaten it
    ASSERT_TRUE(try_open(how));
    leave(50'000);
    int acknowledged = 0;
    while (commit_code("k" + std::to_string(acknowledged)) == Code::Internal)
        ++acknowledged;
    EXPECT_GT(acknowledged, 10);
    EXPECT_EQ(store->state(), State::Full);
    EXPECT_EQ(commit_code("more"), Code::DiskFull);
    EXPECT_EQ(get(Table::Event, "k0").size(), 2000U);
    EXPECT_EQ(get(Table::Event, "k" + std::to_string(acknowledged)), "none");

    leave(plenty / 2);
    wait_for(State::Ok);
    EXPECT_TRUE(put(Table::Event, "after", "1"));
    close();
    ASSERT_TRUE(try_open(how));
    for (int n = 0; n < acknowledged; ++n)
        ASSERT_EQ(get(Table::Event, "k" + std::to_string(n)).size(), 2000U) << n;
    EXPECT_EQ(get(Table::Event, "after"), "1");
}

TEST_F(DiskTroubleTest, ItStartsOnAFullDiskAndGoesOnWhenThereIsSpace) {
    open();
    ASSERT_TRUE(put(Table::Event, "a", "1"));
    ASSERT_TRUE(put(Table::Session, "s", "state"));
    crash();
    leave(0);
    open();
    EXPECT_EQ(store->state(), State::Full);
    EXPECT_EQ(store->state_reason(), "0 MB left in /home/share");
    EXPECT_EQ(get(Table::Event, "a"), "1");
    EXPECT_EQ(get(Table::Session, "s"), "state");
    EXPECT_EQ(commit_code("b"), Code::DiskFull);
    leave(plenty / 2);
    wait_for(State::Ok);
    EXPECT_TRUE(put(Table::Event, "b", "2"));
    EXPECT_EQ(get(Table::Event, "a"), "1");
    EXPECT_FALSE(store->rewound());
    close();
    open();
    EXPECT_EQ(get(Table::Event, "b"), "2");
}

TEST_F(DiskTroubleTest, AFullDiskAtAnyPointOfTheStartIsSurvived) {
    open();
    for (int n = 0; n < 20; ++n)
        ASSERT_TRUE(put(Table::Event, "k" + std::to_string(n), std::string(500, 'v')));
    crash();
    const auto whole = disk.copy("/home");
    bool ok_seen = false;
    for (std::uint64_t free = 0; free < 40'000; free += 487) {
        disk.restore("/home", whole);
        leave(free);
        RocksConfig how = config();
        how.reserve = 0;
        const auto opened = try_open(how);
        ASSERT_TRUE(opened) << free << " " << opened.error().context;
        EXPECT_EQ(get(Table::Event, "k19").size(), 500U) << free;
        ok_seen = ok_seen || store->state() == State::Ok;
        leave(plenty / 2);
        wait_for(State::Ok);
        EXPECT_TRUE(put(Table::Event, "after", "1")) << free;
        EXPECT_EQ(get(Table::Event, "k0").size(), 500U) << free;
        store.reset();
        poll(io);
    }
    EXPECT_TRUE(ok_seen) << "the sweep ends where there is room";
}

TEST_F(DiskTroubleTest, AFailedSyncIsFinalUntilRestart) {
    open();
    ASSERT_TRUE(put(Table::Event, "a", "1"));
    disk.fail_syncs(true);
    EXPECT_EQ(commit_code("b"), Code::ReadOnly);
    EXPECT_EQ(store->state(), State::ReadOnly);
    EXPECT_EQ(get(Table::Event, "a"), "1");
    EXPECT_EQ(get(Table::Event, "b"), "none");
    disk.fail_syncs(false);
    EXPECT_EQ(commit_code("c"), Code::ReadOnly) << "never retried into success";
    EXPECT_EQ(run(io, store->erase_deleted()).error().code, Code::ReadOnly);
    store.reset();
    poll(io);
    open();
    EXPECT_EQ(store->state(), State::Ok);
    EXPECT_EQ(get(Table::Event, "a"), "1");
    EXPECT_TRUE(put(Table::Event, "c", "3"));
}

TEST_F(DiskTroubleTest, AFailedCommitLeavesMemoryAsTheDisk) {
    open();
    ASSERT_TRUE(put(Table::Session, "bob", "step 1"));
    std::string seen;
    auto told = store->on_failure([&] { seen = get(Table::Session, "bob"); });
    disk.fail_syncs(true);
    Changes changes;
    changes.put(Table::Session, as_bytes("bob"), as_bytes("step 2"));
    const BatchTicket first = store->join(std::move(changes));
    EXPECT_EQ(get(Table::Session, "bob"), "step 2");
    EXPECT_FALSE(run(io, store->wait(first)));
    EXPECT_EQ(seen, "step 1");
    EXPECT_EQ(get(Table::Session, "bob"), "step 1");
}

}  // namespace
}  // namespace kith::store
