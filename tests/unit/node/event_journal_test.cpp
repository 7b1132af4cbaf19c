// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/event_journal.h"

#include "tests/support/clock/fake_clock.h"
#include "tests/unit/node/store_fixture.h"

namespace kith::node {
namespace {

/// Shows a message line by its order.
struct Lines final : EventSource {
    Result<std::optional<EventBody>> materialise(const EventRef& ref,
                                                 std::uint64_t offset) override {
        const auto* const messages = std::get_if<MessagesRef>(&ref);
        if (!messages) return std::optional<EventBody>();
        MessageView view;
        view.order = messages->first + offset;
        return std::optional<EventBody>(view);
    }
};

class EventJournalTest : public StoreFixture {
  protected:
    EventJournalTest() { EXPECT_TRUE(journal.open()); }

    void add(std::uint64_t order) {
        store::Changes changes;
        changes.put(store::Table::Meta, as_bytes("x"), as_bytes("y"));
        store.join(std::move(changes));
        journal.add(MessagesRef{account(1), order, order});
    }

    /// As many events in one row.
    void add_many(std::uint64_t count) {
        store::Changes changes;
        changes.put(store::Table::Meta, as_bytes("x"), as_bytes("y"));
        store.join(std::move(changes));
        journal.add(MessagesRef{account(1), last_many_ + 1, last_many_ + count});
        last_many_ += count;
        settle();
    }

    std::size_t rows() const {
        std::size_t out = 0;
        const store::Scan all{.table = store::Table::Event};
        EXPECT_TRUE(store.scan(all, [&](ByteView, ByteView) {
            ++out;
            return true;
        }));
        return out;
    }

    static std::vector<std::uint64_t> orders(Subscription& from, std::size_t count = 100) {
        std::vector<std::uint64_t> out;
        const auto events = from.take(count);
        for (const auto& event : events.value()) {
            out.push_back(std::get<MessageView>(event.body).order);
        }
        return out;
    }

    std::unique_ptr<Subscription> follow(SubscribeOptions options) {
        return journal.subscribe(std::move(options), [this] { ++woken; }).value();
    }

    static SubscribeOptions from_start() {
        SubscribeOptions options;
        options.from = SubscribeOptions::From::Start;
        options.window = 0;
        return options;
    }

    test::FakeClock clock;
    Lines lines;
    EventJournal journal{store, clock, lines};
    int woken = 0;

  private:
    std::uint64_t last_many_ = 0;
};

TEST_F(EventJournalTest, AnEventIsSeenWhenItsBatchIsSyncedAndNotBefore) {
    const auto follower = follow(from_start());
    store.hold();
    add(1);
    settle();
    EXPECT_TRUE(orders(*follower).empty());
    store.release();
    settle();
    EXPECT_EQ(orders(*follower), (std::vector<std::uint64_t>{1}));
    EXPECT_GE(woken, 1);
}

TEST_F(EventJournalTest, AFailedBatchLeavesNoEventAndNoHole) {
    const auto follower = follow(from_start());
    store.fail_write(1, Error{Code::Internal, "test"});
    add(1);
    settle();
    add(2);
    settle();
    EXPECT_EQ(orders(*follower), (std::vector<std::uint64_t>{2}));
    EXPECT_EQ(follower->position(), Cursor{1});
}

// Three rows of so many are kept, not four.
constexpr std::uint64_t many = EventJournal::max_events / 3;

TEST_F(EventJournalTest, OldEventsGoByTheRow) {
    for (int i = 0; i < 4; ++i)
        add_many(many);
    EXPECT_EQ(rows(), 3U);
    EXPECT_EQ(orders(*follow(from_start()), 1), (std::vector<std::uint64_t>{many + 1}));
    SubscribeOptions gone;
    gone.from = SubscribeOptions::From::At;
    gone.at = Cursor{many - 1};
    const auto refused = journal.subscribe(gone, [] {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::NotFound);
}

TEST_F(EventJournalTest, WhatAFailedBatchWasToRemoveGoesWithTheNext) {
    for (int i = 0; i < 3; ++i)
        add_many(many);
    store.fail_write(1, Error{Code::Internal, "test"});
    add_many(many);
    EXPECT_EQ(rows(), 3U);
    EXPECT_EQ(orders(*follow(from_start()), 1), (std::vector<std::uint64_t>{1}));
    add_many(many);
    EXPECT_EQ(rows(), 3U);
    EXPECT_EQ(orders(*follow(from_start()), 1), (std::vector<std::uint64_t>{many + 1}));
}

TEST_F(EventJournalTest, NeighboursShareARowAndKeepTheirCursors) {
    for (std::uint64_t order = 1; order <= 50; ++order)
        add(order);
    settle();
    EXPECT_EQ(store.count(store::Table::Event), 1U);
    EXPECT_EQ(journal.head(), Cursor{50});
    const auto follower = follow(from_start());
    EXPECT_EQ(orders(*follower, 20).size(), 20U);
    EXPECT_EQ(orders(*follower).back(), 50U);
}

TEST_F(EventJournalTest, AConsumerGoesOnBehindWhatItAcknowledged) {
    for (std::uint64_t order = 1; order <= 5; ++order)
        add(order);
    settle();
    asio::co_spawn(
        io, journal.ack("bot", Cursor{3}), [](auto, const auto& done) { EXPECT_TRUE(done); });
    settle();
    EventJournal again(store, clock, lines);
    ASSERT_TRUE(again.open());
    SubscribeOptions options;
    options.as = "bot";
    options.from = SubscribeOptions::From::Last;
    const auto follower = again.subscribe(options, {}).value();
    EXPECT_EQ(follower->behind(), 2U);
    EXPECT_EQ(orders(*follower), (std::vector<std::uint64_t>{4, 5}));
}

TEST_F(EventJournalTest, TheWindowHoldsTheStreamBack) {
    for (std::uint64_t order = 1; order <= 5; ++order)
        add(order);
    settle();
    SubscribeOptions options = from_start();
    options.window = 2;
    const auto follower = follow(options);
    EXPECT_EQ(orders(*follower), (std::vector<std::uint64_t>{1, 2}));
    EXPECT_TRUE(orders(*follower).empty());
    follower->acknowledged(Cursor{1});
    EXPECT_EQ(orders(*follower), (std::vector<std::uint64_t>{3}));
}

TEST(CursorText, IsStrict) {
    EXPECT_EQ(parse_cursor(to_string(Cursor{4711})).value(), Cursor{4711});
    for (const auto* text : {"", "e1.", "e1.x", "e2.1", "e1.1 ", "1"}) {
        EXPECT_FALSE(parse_cursor(text)) << text;
    }
}

}  // namespace
}  // namespace kith::node
