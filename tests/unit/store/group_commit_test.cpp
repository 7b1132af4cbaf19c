// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/store/memory_store.h"
#include "tests/unit/store/run_task.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kith::store {
namespace {

Changes one(std::string_view key, std::string_view value, Table table = Table::Event) {
    Changes changes;
    changes.put(table, as_bytes(key), as_bytes(value));
    return changes;
}

class GroupCommitTest : public testing::Test {
  protected:
    // A coroutine that commits one row and notes the outcome.
    Task<> committing(std::string key) {
        Changes changes = one(key, "v");
        const auto result = co_await store.commit(std::move(changes));
        log.push_back(key + (result ? " ok" : " " + std::string(to_string(result.error().code))));
    }

    std::string stored(std::string_view key) {
        const auto value = store.get(Table::Event, as_bytes(key));
        if (!value) return std::string(to_string(value.error().code));
        return *value ? std::string(as_text(**value)) : "none";
    }

    asio::io_context io;
    AsyncScope scope{io.get_executor()};
    test::MemoryStore store{io.get_executor()};
    std::vector<std::string> log;
};

TEST_F(GroupCommitTest, SixtyFourCommitsAreOneSync) {
    for (int i = 0; i < 64; ++i)
        scope.spawn(committing("k" + std::to_string(i)));
    poll(io);
    EXPECT_EQ(store.stats().batches, 1U);
    EXPECT_EQ(store.stats().rows, 64U);
    ASSERT_EQ(log.size(), 64U);
    for (int i = 0; i < 64; ++i)
        EXPECT_EQ(log[static_cast<std::size_t>(i)], "k" + std::to_string(i) + " ok");
}

TEST_F(GroupCommitTest, WhatComesDuringASyncSharesTheNextOne) {
    store.hold();
    scope.spawn(committing("a"));
    poll(io);
    for (int i = 0; i < 10; ++i)
        scope.spawn(committing("b" + std::to_string(i)));
    poll(io);
    EXPECT_TRUE(log.empty());
    EXPECT_EQ(stored("b3"), "v") << "reads see what is pending";
    EXPECT_EQ(store.count(Table::Event), 0U);
    store.release();
    poll(io);
    EXPECT_EQ(store.stats().batches, 2U);
    EXPECT_EQ(log.size(), 11U);
    EXPECT_EQ(log.front(), "a ok");
}

TEST_F(GroupCommitTest, WhatComesDuringASyncIsNotAcknowledgedByIt) {
    store.hold();
    scope.spawn(committing("a"));
    poll(io);
    scope.spawn(committing("b"));
    poll(io);
    store.fail_write(2, Error{Code::Internal, "of b alone"});
    store.release();
    poll(io);
    ASSERT_EQ(log.size(), 2U);
    EXPECT_EQ(log[0], "a ok");
    EXPECT_NE(log[1], "b ok");
    EXPECT_EQ(stored("b"), "none");
}

TEST_F(GroupCommitTest, ManyProducersShareOneTicket) {
    const BatchTicket first = store.join(one("a", "1"));
    const BatchTicket second = store.join(one("b", "2"));
    EXPECT_EQ(first.outcome(), second.outcome());
    EXPECT_EQ(store.open_batch().outcome(), first.outcome());
    store.when_synced(first, [this](const Result<>& r) { log.push_back(r ? "first" : "failed"); });
    store.when_synced(second,
                      [this](const Result<>& r) { log.push_back(r ? "second" : "failed"); });
    EXPECT_TRUE(log.empty());
    EXPECT_TRUE(run(io, store.wait(second)));
    EXPECT_EQ(log, (std::vector<std::string>{"first", "second"}));
    EXPECT_TRUE(run(io, store.wait(first))) << "a ticket tells its fate later as well";
    EXPECT_TRUE(run(io, store.wait(BatchTicket{})));
}

TEST_F(GroupCommitTest, WhenSyncedOfAFinishedTicketIsCalledLater) {
    const BatchTicket ticket = store.join(one("a", "1"));
    poll(io);
    store.when_synced(ticket, [this](const Result<>&) { log.emplace_back("called"); });
    EXPECT_TRUE(log.empty());
    poll(io);
    EXPECT_EQ(log.size(), 1U);
}

TEST_F(GroupCommitTest, CloseHooksAddToTheBatchThatCloses) {
    int closed = 0;
    auto hook = store.on_close([&](Changes& changes) {
        changes.put(Table::Receipt, as_bytes("r" + std::to_string(closed++)), as_bytes("ids"));
        EXPECT_TRUE(store.open_batch());
    });
    const BatchTicket ticket = store.join(one("a", "1"));
    EXPECT_EQ(closed, 0);
    ASSERT_TRUE(run(io, store.wait(ticket)));
    EXPECT_EQ(closed, 1);
    EXPECT_EQ(store.stats().batches, 1U);
    EXPECT_EQ(store.count(Table::Receipt), 1U);
    hook.reset();
    ASSERT_TRUE(run(io, store.commit(one("b", "2"))));
    EXPECT_EQ(closed, 1) << "a dropped subscription is not called";
}

TEST_F(GroupCommitTest, AFailureFailsItsBatchAndTheOpenOneInOrder) {
    ASSERT_TRUE(run(io, store.commit(one("k", "old"))));
    auto told = store.on_failure([this] { log.push_back("tables see " + stored("k")); });
    store.hold();
    store.fail_write(1, {Code::Internal, "injected"});
    Changes changes = one("k", "new");
    const BatchTicket first = store.join(std::move(changes));
    store.when_synced(first, [this](const Result<>& r) { log.push_back(r ? "ok" : "first"); });
    poll(io);
    const BatchTicket second = store.join(one("other", "x"));
    store.when_synced(second, [this](const Result<>& r) { log.push_back(r ? "ok" : "second"); });
    EXPECT_EQ(stored("k"), "new");
    store.release();
    EXPECT_EQ(log, (std::vector<std::string>{"tables see old", "first", "second"}));
    EXPECT_EQ(stored("k"), "old");
    EXPECT_EQ(stored("other"), "none");
    EXPECT_EQ(store.stats().failed, 2U);
    EXPECT_TRUE(run(io, store.commit(one("k", "again")))) << "a passing failure ends";
}

TEST_F(GroupCommitTest, AFullDiskRefusesUntilItHeals) {
    std::vector<State> states;
    auto told = store.on_state([&states](State state) { states.push_back(state); });
    store.fail_write(1, {Code::DiskFull, "12 MB left"});
    const auto failed = run(io, store.commit(one("a", "1")));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error(), (Error{Code::DiskFull, "12 MB left"}));
    EXPECT_EQ(store.state(), State::Full);
    EXPECT_EQ(store.state_reason(), "12 MB left");
    const auto refused = run(io, store.commit(one("a", "1")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::DiskFull);
    EXPECT_EQ(stored("a"), "none");
    store.heal();
    EXPECT_TRUE(run(io, store.commit(one("a", "1"))));
    EXPECT_EQ(states, (std::vector<State>{State::Full, State::Ok}));
}

TEST_F(GroupCommitTest, AFailureListenerThatWritesIsRefused) {
    Result<> late = success();
    auto told = store.on_failure([&] {
        store.when_synced(store.join(one("late", "x")), [&late](const Result<>& r) { late = r; });
    });
    store.fail_write(1, {Code::ReadOnly, "sync failed"});
    EXPECT_FALSE(run(io, store.commit(one("a", "1"))));
    poll(io);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Code::ReadOnly);
}

TEST_F(GroupCommitTest, CommitWaitsForRoomAndJoinDoesNot) {
    store.hold();
    scope.spawn(committing("first"));
    poll(io);
    Changes many;
    for (int i = 0; i < 4096; ++i)
        many.put(Table::Seen, as_bytes(std::to_string(i)), {});
    store.join(std::move(many));
    EXPECT_TRUE(store.is_full());
    scope.spawn(committing("waiting"));
    poll(io);
    EXPECT_EQ(stored("waiting"), "none");
    store.join(one("joined", "v"));
    EXPECT_EQ(stored("joined"), "v");
    store.release();
    poll(io);
    EXPECT_EQ(log, (std::vector<std::string>{"first ok", "waiting ok"}));
    EXPECT_EQ(store.stats().batches, 3U);
    EXPECT_FALSE(store.is_full());
}

TEST_F(GroupCommitTest, ThoseWhoWaitForRoomFailWithTheStore) {
    store.hold();
    scope.spawn(committing("first"));
    poll(io);
    Changes large;
    large.put(Table::Message, as_bytes("m"), Bytes(std::size_t{5} << 20));
    store.join(std::move(large));
    scope.spawn(committing("waiting"));
    poll(io);
    store.fail_write(1, {Code::ReadOnly, "sync failed"});
    store.release();
    poll(io);
    EXPECT_EQ(log, (std::vector<std::string>{"first read-only", "waiting read-only"}));
}

TEST_F(GroupCommitTest, EmptyChangesWaitForAllBefore) {
    EXPECT_TRUE(run(io, store.commit(Changes{})));
    EXPECT_EQ(store.stats().batches, 0U);
    store.hold();
    store.join(one("a", "1"));
    poll(io);
    bool done = false;
    store.when_synced(store.join(Changes{}), [&done](const Result<>&) { done = true; });
    poll(io);
    EXPECT_FALSE(done);
    store.release();
    EXPECT_TRUE(done);
}

TEST_F(GroupCommitTest, CloseWaitsForTheLastBatchAndRefusesMore) {
    store.hold();
    store.join(one("a", "1"));
    poll(io);
    store.join(one("b", "2"));
    bool closed = false;
    const auto closing = [](test::MemoryStore& closed_store, bool& flag) -> Task<> {
        flag = (co_await closed_store.close()).has_value();
    };
    scope.spawn(closing(store, closed));
    poll(io);
    EXPECT_FALSE(closed);
    scope.spawn(committing("late"));
    poll(io);
    EXPECT_EQ(log, (std::vector<std::string>{"late cancelled"}));
    store.release();
    poll(io);
    EXPECT_TRUE(closed);
    EXPECT_EQ(store.count(Table::Event), 2U);
}

TEST_F(GroupCommitTest, ACrashForgetsWhatWasNotSynced) {
    ASSERT_TRUE(run(io, store.commit(one("synced", "1"))));
    store.hold();
    store.join(one("in flight", "2"));
    poll(io);
    store.join(one("open", "3"));
    store.crash();
    poll(io);
    EXPECT_EQ(stored("synced"), "1");
    EXPECT_EQ(stored("in flight"), "none");
    EXPECT_EQ(stored("open"), "none");
    EXPECT_TRUE(run(io, store.commit(one("next life", "4"))));
}

TEST_F(GroupCommitTest, ACrashMayLeaveWhatWasInFlight) {
    store.hold();
    store.join(one("in flight", "2"));
    poll(io);
    store.crash(true);
    EXPECT_EQ(stored("in flight"), "2");
}

TEST_F(GroupCommitTest, ARestoredCopyIsRewoundUntilAcknowledged) {
    ASSERT_TRUE(run(io, store.commit(one("a", "1"))));
    const auto copy = store.copy();
    ASSERT_TRUE(run(io, store.commit(one("a", "2"))));
    EXPECT_FALSE(store.rewound());
    store.restore(copy);
    EXPECT_EQ(stored("a"), "1");
    EXPECT_TRUE(store.rewound());
    Changes resets = one("a", "reset");
    store.acknowledge_rewind(resets);
    ASSERT_TRUE(run(io, store.commit(std::move(resets))));
    EXPECT_FALSE(store.rewound());
}

TEST_F(GroupCommitTest, ScansSeeStoredAndPendingRowsAsOne) {
    for (const char* key : {"a1", "a3", "b1"}) {
        ASSERT_TRUE(run(io, store.commit(one(key, "s"))));
    }
    store.hold();
    store.join(one("a2", "p"));
    const auto listed = [this](Direction direction, std::string_view from) {
        std::string out;
        const Scan scan{Table::Event, as_bytes("a"), as_bytes(from), direction};
        EXPECT_TRUE(store.scan(scan, [&out](ByteView key, ByteView) {
            out += std::string(as_text(key)) + " ";
            return true;
        }));
        return out;
    };
    EXPECT_EQ(listed(Direction::Forward, ""), "a1 a2 a3 ");
    EXPECT_EQ(listed(Direction::Backward, ""), "a3 a2 a1 ");
    EXPECT_EQ(listed(Direction::Forward, "a2"), "a2 a3 ");
    EXPECT_EQ(listed(Direction::Backward, "a2"), "a2 a1 ");
    EXPECT_EQ(listed(Direction::Backward, "z"), "a3 a2 a1 ");
}

}  // namespace
}  // namespace kith::store
