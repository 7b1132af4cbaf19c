// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/connection_rules.h"

#include <gtest/gtest.h>

namespace kith::dht {
namespace {

using directory::Connection;

const SteadyTime start{hours(1)};

directory::SelfTest self_test(bool passed) {
    directory::SelfTest out;
    out.passed = passed;
    return out;
}

TEST(ConnectionRules, IsOfflineUntilItsSocketIsOpenAndAfterItIsClosed) {
    ConnectionRules rules;
    EXPECT_EQ(rules.state(start).connection, Connection::Offline);
    rules.opened(start);
    EXPECT_EQ(rules.state(start).connection, Connection::Joining);
    rules.closed();
    EXPECT_EQ(rules.state(start).connection, Connection::Offline);
}

TEST(ConnectionRules, IsAloneAfterThirtySecondsWithoutANode) {
    ConnectionRules rules;
    rules.opened(start);
    EXPECT_EQ(rules.state(start + seconds(29)).connection, Connection::Joining);
    EXPECT_EQ(rules.state(start + seconds(30)).connection, Connection::Alone);
}

TEST(ConnectionRules, CountsThirtySecondsAgainWhenTheLastNodeIsLost) {
    ConnectionRules rules;
    rules.opened(start);
    rules.good_nodes(1, start + hours(1));
    rules.good_nodes(0, start + hours(2));
    rules.good_nodes(0, start + hours(2) + seconds(20));
    EXPECT_EQ(rules.state(start + hours(2) + seconds(29)).connection, Connection::Joining);
    EXPECT_EQ(rules.state(start + hours(2) + seconds(30)).connection, Connection::Alone);
}

TEST(ConnectionRules, IsOnlineWithThreeNodesAndAProofOnly) {
    ConnectionRules rules;
    rules.opened(start);
    rules.good_nodes(50, start);
    EXPECT_EQ(rules.state(start).connection, Connection::Weak);
    rules.tested(self_test(true));
    EXPECT_EQ(rules.state(start).connection, Connection::Online);
    rules.good_nodes(2, start);
    EXPECT_EQ(rules.state(start).connection, Connection::Weak);
    rules.good_nodes(3, start);
    EXPECT_EQ(rules.state(start).connection, Connection::Online);
    rules.tested(self_test(false));
    EXPECT_EQ(rules.state(start).connection, Connection::Weak);
}

TEST(ConnectionRules, IsWeakWhileAPublicationIsHeldByTooFew) {
    ConnectionRules rules;
    rules.opened(start);
    rules.good_nodes(9, start);
    rules.tested(self_test(true));
    rules.short_of_holders(true);
    EXPECT_EQ(rules.state(start).connection, Connection::Weak);
    rules.short_of_holders(false);
    EXPECT_EQ(rules.state(start).connection, Connection::Online);
}

}  // namespace
}  // namespace kith::dht
