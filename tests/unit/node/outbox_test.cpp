// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/outbox.h"

#include "tests/unit/node/store_fixture.h"

namespace kith::node {
namespace {

class OutboxTest : public StoreFixture {
  protected:
    void add(std::uint8_t id, Bytes inner) {
        OutboxItem item;
        item.id = message(id);
        item.chat = account(1);
        item.order = id;
        store::Changes changes;
        outbox.add(changes, account(1), device(1), item, std::move(inner));
        const auto ticket = store.join(std::move(changes));
        outbox.joined(*outbox.lane(device(1)), ticket, [this] { ++ready; });
    }

    Outbox outbox{store};
    int ready = 0;
};

TEST_F(OutboxTest, NothingMayLeaveBeforeItsSync) {
    store.hold();
    add(1, Bytes(10, 1));
    settle();
    const Lane& lane = *outbox.lane(device(1));
    EXPECT_LT(lane.durable(), lane.front()->position);
    EXPECT_EQ(ready, 0);
    store.release();
    settle();
    EXPECT_GE(lane.durable(), lane.front()->position);
    EXPECT_EQ(ready, 1);
}

TEST_F(OutboxTest, ManyOfOneBatchAreReadyTogether) {
    store.hold();
    add(1, Bytes(10, 1));
    settle();
    // The first is being written; these share the next batch.
    add(2, Bytes(10, 2));
    add(3, Bytes(10, 3));
    store.release();
    settle();
    EXPECT_EQ(outbox.lane(device(1))->durable(), outbox.lane(device(1))->last());
    EXPECT_EQ(ready, 2);
}

TEST_F(OutboxTest, ABatchThatLandsTakesNoneOfTheNextAlong) {
    store.hold();
    add(1, Bytes(10, 1));
    settle();
    const Lane& lane = *outbox.lane(device(1));
    std::uint64_t durable_then = 0;
    store.when_synced(store.join({}), [&](const Result<>&) { durable_then = lane.durable(); });
    add(2, Bytes(10, 2));
    store.release();
    settle();
    EXPECT_EQ(durable_then, lane.front()->position);
    EXPECT_EQ(lane.durable(), lane.last());
}

TEST_F(OutboxTest, ComesBackAfterARestartWithTheSameBytes) {
    add(1, Bytes(10, 1));
    add(2, {});
    add(3, Bytes(30, 3));
    settle();
    Outbox again(store);
    ASSERT_TRUE(again.load());
    const Lane& lane = *again.lane(device(1));
    EXPECT_EQ(lane.waiting(), 3U);
    EXPECT_EQ(lane.open_count(), 1U);
    const auto* const third = lane.find(message(3));
    ASSERT_NE(third, nullptr);
    EXPECT_EQ(*again.inner(lane, third->position).value(), Bytes(30, 3));
    EXPECT_EQ(lane.front()->id, message(1));
}

TEST_F(OutboxTest, AnOpenEntryMovesToTheEndWhenItGetsItsBytes) {
    add(1, {});
    add(2, Bytes(20, 2));
    settle();
    Lane& lane = *outbox.lane(device(1));
    const auto item = outbox.item(lane, lane.front()->position).value();
    store::Changes changes;
    outbox.encrypted(changes, lane, item, Bytes(10, 1));
    commit(std::move(changes));
    EXPECT_EQ(lane.front()->id, message(2));
    EXPECT_EQ(lane.next(lane.front()->position)->id, message(1));
    EXPECT_EQ(lane.open_count(), 0U);
    EXPECT_EQ(lane.waiting(), 2U);
}

TEST_F(OutboxTest, AReceiptEndsItForGood) {
    add(1, Bytes(10, 1));
    settle();
    Lane& lane = *outbox.lane(device(1));
    store::Changes changes;
    outbox.remove(changes, lane, message(1));
    outbox.remove(changes, lane, message(1));
    commit(std::move(changes));
    EXPECT_TRUE(lane.empty());
    EXPECT_EQ(lane.find(message(1)), nullptr);
    Outbox again(store);
    ASSERT_TRUE(again.load());
    EXPECT_EQ(again.lane(device(1)), nullptr);
}

}  // namespace
}  // namespace kith::node
