// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/session_table.h"

#include "tests/support/store/memory_store.h"
#include "tests/unit/session/session_pair.h"
#include "tests/unit/store/run_task.h"

#include <gtest/gtest.h>

namespace kith::store {
namespace {

namespace st = session::test;

// A writes to B; A's sessions are in the table, B's beside it.
class SessionTableTest : public testing::Test {
  protected:
    SessionTableTest() {
        restart();
        session::Session first = pair.initiate();
        session::SessionSet* mine = sessions->open(pair.b.did()).value();
        Changes changes;
        sessions->touch(changes, *mine, mine->begin(std::move(first), st::start));
        const auto init = mine->seal({}, pair.a.signed_list(), pair.random, st::start).value();
        sync(std::move(changes));
        auto accepted =
            pair.b.accept(pair.a, session::decode_init(init.d).value(), pair.random).value();
        peer.admit(std::move(accepted), false, std::nullopt, st::start).value();
        // B's answer makes A's session a full one.
        open(from_peer("hello"));
    }

    void restart() {
        sessions.emplace(store);
        sessions->set_own(pair.a.did());
    }

    void sync(Changes changes) { EXPECT_TRUE(run(io, store.commit(std::move(changes)))); }

    session::Sealed from_peer(std::string_view text) {
        return peer.seal(as_bytes(text), pair.b.signed_list(), pair.random, st::start).value();
    }

    session::Sealed seal(std::string_view text) {
        session::SessionSet* mine = sessions->open(pair.b.did()).value();
        auto sealed =
            mine->seal(as_bytes(text), pair.a.signed_list(), pair.random, st::start).value();
        sessions->touch(*mine);
        return sealed;
    }

    /// Opens at A and stores; "-" when it cannot be opened.
    std::string open(const session::Sealed& message) {
        session::SessionSet* mine = sessions->open(pair.b.did()).value();
        auto opened =
            mine->open(session::ratchet_kind, message.mac, message.d, pair.random, st::start);
        if (!opened) return "-";
        Changes changes;
        changes.put(Table::Event, as_bytes("e"), opened->payload);
        sessions->touch(changes, *mine, opened->change);
        sync(std::move(changes));
        return st::text_of(opened->payload);
    }

    std::string open_at_peer(const session::Sealed& message) {
        auto opened =
            peer.open(session::ratchet_kind, message.mac, message.d, pair.random, st::start);
        return opened ? st::text_of(opened->payload) : "-";
    }

    Changes any() {
        Changes changes;
        changes.put(Table::Event, as_bytes("any"), {});
        return changes;
    }

    asio::io_context io;
    kith::test::MemoryStore store{io.get_executor()};
    st::Pair pair;
    session::SessionSet peer{pair.b.did(), pair.a.did()};
    std::optional<SessionTable> sessions;
};

TEST_F(SessionTableTest, GoesOnAfterARestart) {
    EXPECT_EQ(open_at_peer(seal("one")), "one");
    sync(any());
    restart();
    EXPECT_EQ(open_at_peer(seal("two")), "two");
    EXPECT_EQ(open(from_peer("three")), "three");
}

TEST_F(SessionTableTest, ManyStepsInABatchAreOneRow) {
    const auto before = store.stats().rows;
    for (int i = 0; i < 64; ++i)
        seal("text");
    sync(any());
    EXPECT_EQ(store.stats().rows - before, 2U);
}

TEST_F(SessionTableTest, TheRowIsTheStateWhenTheBatchCloses) {
    Changes joined = any();
    seal("before the batch closes");
    store.join(std::move(joined));
    const auto last = seal("still before");
    poll(io);
    restart();
    EXPECT_EQ(open_at_peer(last), "still before");
    const auto next = seal("after");
    EXPECT_NE(next.d, last.d);
    EXPECT_EQ(open_at_peer(next), "after") << "no message number was used twice";
}

TEST_F(SessionTableTest, AFailedCommitTakesTheStepsBack) {
    const session::SessionSet* mine = sessions->open(pair.b.did()).value();
    const Bytes before = mine->encode();
    seal("never stored");
    store.fail_write(1, {Code::ReadOnly, "sync failed"});
    EXPECT_FALSE(run(io, store.commit(any())));
    EXPECT_EQ(sessions->open(pair.b.did()).value()->encode(), before);
    store.heal();
    EXPECT_EQ(open_at_peer(seal("stored")), "stored");
}

TEST_F(SessionTableTest, KeysOfLateMessagesAreRowsThatGoWhenUsed) {
    const auto late = from_peer("late");
    EXPECT_EQ(open(from_peer("early")), "early");
    EXPECT_EQ(store.count(Table::SkippedKey), 1U);
    restart();
    EXPECT_EQ(open(late), "late");
    EXPECT_EQ(store.count(Table::SkippedKey), 0U);
    EXPECT_EQ(open(late), "-") << "its key is gone";
}

TEST_F(SessionTableTest, EraseLeavesNothingOfAPeer) {
    const auto late = from_peer("late");
    EXPECT_EQ(open(from_peer("early")), "early");
    Changes changes;
    ASSERT_TRUE(sessions->erase(changes, pair.b.did()));
    sync(std::move(changes));
    EXPECT_EQ(store.count(Table::Session), 0U);
    EXPECT_EQ(store.count(Table::SkippedKey), 0U);
    EXPECT_EQ(sessions->open(pair.b.did()).value()->active(), nullptr);
    EXPECT_EQ(open(late), "-");
}

TEST_F(SessionTableTest, ADamagedRowIsAnErrorNotAnEmptySet) {
    Changes changes;
    const Index key = store.index(Table::Session, pair.b.did());
    changes.put(Table::Session, key, as_bytes("not a session"));
    sync(std::move(changes));
    restart();
    EXPECT_FALSE(sessions->open(pair.b.did()));
}

}  // namespace
}  // namespace kith::store
