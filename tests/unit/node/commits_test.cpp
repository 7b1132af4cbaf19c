// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/transaction.h"
#include "tests/support/clock/fake_clock.h"
#include "tests/unit/node/store_fixture.h"

namespace kith::node {
namespace {

struct NoEvents final : EventSource {
    Result<std::optional<EventBody>> materialise(const EventRef&, std::uint64_t) override {
        return std::optional<EventBody>();
    }
};

class CommitsTest : public StoreFixture {
  protected:
    CommitsTest() { EXPECT_TRUE(journal.open()); }

    /// Joins a change, and what is to be noted behind it.
    store::BatchTicket join(const std::string& name) {
        Transaction step;
        step.changes.put(store::Table::Meta, as_bytes(name), as_bytes("y"));
        step.after.emplace_back([this, name] { done.push_back(name); });
        return commits.join(std::move(step));
    }

    std::vector<std::string> done;
    test::FakeClock clock;
    NoEvents events;
    EventJournal journal{store, clock, events};
    Outbox outbox{store};
    std::vector<crypto::DeviceId> ready;
    Commits commits{store, journal, outbox, [this](Lane& lane) { ready.push_back(lane.device()); }};
};

TEST_F(CommitsTest, WhatIsDoneBehindABatchWaitsForThatBatch) {
    store.hold();
    const auto first = join("first");
    settle();  // it is being written
    join("second");
    join("third");
    std::vector<std::string> then;
    store.when_synced(first, [&](const Result<>&) { then = done; });
    EXPECT_TRUE(done.empty());
    store.release();
    settle();
    EXPECT_EQ(then, std::vector<std::string>{"first"});
    EXPECT_EQ(done, (std::vector<std::string>{"first", "second", "third"}));
}

TEST_F(CommitsTest, WhatChangesNothingIsDoneToo) {
    for (const std::string name : {"first", "second"}) {
        Transaction step;
        step.after.emplace_back([this, name] { done.push_back(name); });
        commits.join(std::move(step));
        settle();
        EXPECT_EQ(done.back(), name);
    }
    EXPECT_EQ(done.size(), 2U);
}

TEST_F(CommitsTest, NothingIsDoneBehindABatchThatFailed) {
    store.fail_write(1, Error{Code::Internal, "test"});
    join("lost");
    join("lost too");
    settle();
    EXPECT_TRUE(done.empty());
    join("later");
    settle();
    EXPECT_EQ(done, std::vector<std::string>{"later"});
}

// Memory gives them no order: a simulation repeats itself by its seed alone.
TEST_F(CommitsTest, LanesAreReadyInTheOrderOfTheirDevices) {
    const std::vector<std::uint8_t> numbers{5, 2, 7, 1, 8, 3, 6, 4};
    Transaction step;
    for (const std::uint8_t number : numbers) {
        OutboxItem item;
        item.id = message(number);
        item.chat = account(number);
        outbox.add(step.changes, account(number), device(number), item, Bytes(10, 1));
        step.lanes.push_back(outbox.lane(device(number)));
    }
    // One that has two new entries is ready once.
    step.lanes.push_back(outbox.lane(device(5)));
    commits.join(std::move(step));
    settle();
    std::vector<crypto::DeviceId> expected;
    for (std::size_t number = 1; number <= numbers.size(); ++number)
        expected.push_back(device(static_cast<std::uint8_t>(number)));
    EXPECT_EQ(ready, expected);
}

}  // namespace
}  // namespace kith::node
