// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/delivery_log.h"

#include "tests/unit/node/store_fixture.h"

namespace kith::node {
namespace {

class DeliveryLogTest : public StoreFixture {
  protected:
    void put(Outcome outcome, std::uint8_t of, std::uint64_t first, std::uint64_t last) {
        store::Changes changes;
        log.put(changes,
                account(1),
                outcome,
                device(of),
                node::Run{first, last, Timestamp(seconds(9))});
        commit(std::move(changes));
    }

    std::optional<Outcome> outcome_of(std::uint64_t order) {
        const auto all = log.load(account(1), order, order).value();
        const auto found = best(all, order);
        return found ? std::optional(found->outcome) : std::nullopt;
    }

    DeliveryLog log{store};
};

TEST_F(DeliveryLogTest, KnowsEveryOrderOfARunAndNoneBesideIt) {
    put(Outcome::Delivered, 1, 3, 7);
    put(Outcome::Delivered, 1, 10, 10);
    for (std::uint64_t order = 1; order <= 12; ++order) {
        const bool in = (order >= 3 && order <= 7) || order == 10;
        EXPECT_EQ(outcome_of(order).has_value(), in) << order;
    }
}

TEST_F(DeliveryLogTest, JumpsFromDeviceToDevice) {
    for (std::uint8_t number = 1; number <= 5; ++number) {
        for (std::uint64_t run = 0; run < 20; ++run) {
            put(Outcome::Delivered, number, run * 10 + 1, run * 10 + number);
        }
    }
    const auto all = log.load(account(1), 101, 105).value();
    EXPECT_EQ(all.count(101), 5U);
    EXPECT_EQ(all.count(105), 1U);
    EXPECT_EQ(all.size(), 15U);
}

TEST_F(DeliveryLogTest, ReadIsBetterThanDeliveredAndDeliveredThanFailed) {
    put(Outcome::Failed, 1, 1, 3);
    put(Outcome::Delivered, 2, 2, 3);
    put(Outcome::Read, 2, 3, 3);
    EXPECT_EQ(outcome_of(1), Outcome::Failed);
    EXPECT_EQ(outcome_of(2), Outcome::Delivered);
    EXPECT_EQ(outcome_of(3), Outcome::Read);
}

TEST_F(DeliveryLogTest, TakingBackSplitsTheRun) {
    put(Outcome::Expired, 1, 1, 5);
    store::Changes changes;
    ASSERT_TRUE(log.take_back(changes, account(1), Outcome::Expired, device(1), 3));
    commit(std::move(changes));
    EXPECT_TRUE(outcome_of(2));
    EXPECT_FALSE(outcome_of(3));
    EXPECT_TRUE(outcome_of(4));
}

}  // namespace
}  // namespace kith::node
