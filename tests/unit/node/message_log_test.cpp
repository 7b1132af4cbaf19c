// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/message_log.h"

#include "tests/unit/node/store_fixture.h"

#include <limits>

namespace kith::node {
namespace {

class MessageLogTest : public StoreFixture {
  protected:
    void add(std::uint8_t id, const std::string& text, Direction direction = Direction::In) {
        LogEntry entry;
        entry.id = message(id);
        entry.direction = direction;
        entry.text = text;
        store::Changes changes;
        ASSERT_TRUE(log.append(changes, peer, peer, entry));
        commit(std::move(changes));
    }

    std::vector<std::string> page(std::uint64_t first, std::uint64_t last, std::size_t limit) {
        std::vector<std::string> out;
        const auto lines = log.page(peer, first, last, limit, store::Direction::Forward);
        for (const auto& line : lines.value())
            out.push_back(line.entry.text);
        return out;
    }

    crypto::AccountKey peer = account(1);
    MessageLog log{store};
};

TEST_F(MessageLogTest, KeepsOrderAndFindsBySenderAndId) {
    add(1, "one");
    add(2, "two");
    add(3, "three");
    EXPECT_EQ(page(1, 9, 9), (std::vector<std::string>{"one", "two", "three"}));
    EXPECT_EQ(page(2, 9, 1), (std::vector<std::string>{"two"}));
    EXPECT_EQ(log.find(peer, message(2)).value()->order, 2U);
    EXPECT_FALSE(log.find(account(2), message(2)).value());  // another sender's id is another id
    EXPECT_FALSE(log.find(peer, message(9)).value());
}

TEST_F(MessageLogTest, CountsWhatNobodyHasReadAlsoAfterARestart) {
    add(1, "one");
    add(2, "mine", Direction::Out);
    add(3, "three");
    EXPECT_EQ(log.unread(peer), 2U);
    store::Changes changes;
    ASSERT_TRUE(log.mark_read(changes, peer, 1));
    commit(std::move(changes));
    EXPECT_EQ(log.unread(peer), 1U);
    const MessageLog again{store};
    EXPECT_EQ(again.unread(peer), 1U);
    EXPECT_EQ(again.last_order(peer), 3U);
}

TEST_F(MessageLogTest, ForgetsWhatAFailedCommitTookBack) {
    add(1, "one");
    store.fail_write(1, Error{Code::Internal, "test"});
    add(2, "lost");
    EXPECT_EQ(log.last_order(peer), 1U);
    EXPECT_EQ(log.unread(peer), 1U);
    EXPECT_FALSE(log.find(peer, message(2)).value());
    add(3, "next");
    EXPECT_EQ(page(1, 9, 9), (std::vector<std::string>{"one", "next"}));
}

TEST_F(MessageLogTest, ControlMessagesAreKnownWithoutALine) {
    store::Changes changes;
    log.note(changes, peer, message(7));
    commit(std::move(changes));
    const auto found = log.find(peer, message(7)).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->order, 0U);
    EXPECT_EQ(log.last_order(peer), 0U);
}

}  // namespace
}  // namespace kith::node
