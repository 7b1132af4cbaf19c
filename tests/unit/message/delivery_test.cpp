// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/delivery.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace kith::message {
namespace {

using Event = DeliveryEvent;
using State = DeliveryState;

constexpr std::array all_events{Event::Written,
                                Event::LinkLost,
                                Event::HostTook,
                                Event::HostLost,
                                Event::Receipt,
                                Event::ReadReceipt,
                                Event::GiveUp,
                                Event::Cancel,
                                Event::Retry};

Delivery after(std::initializer_list<Event> events) {
    Delivery delivery;
    for (const Event event : events)
        delivery = delivery.after(event);
    return delivery;
}

TEST(DeliveryStates, FollowTheDirectPath) {
    EXPECT_EQ(after({}).shown(), State::Queued);
    EXPECT_EQ(after({Event::Written}).shown(), State::Sent);
    EXPECT_EQ(after({Event::Written, Event::LinkLost}).shown(), State::Queued);
    EXPECT_EQ(after({Event::Written, Event::Receipt}).shown(), State::Delivered);
    EXPECT_EQ(after({Event::Written, Event::Receipt, Event::ReadReceipt}).shown(), State::Read);
    EXPECT_EQ(after({Event::ReadReceipt, Event::Receipt}).shown(), State::Read);
}

TEST(DeliveryStates, ASentMessageIsSentAgainOnlyAfterTheLinkWasLost) {
    EXPECT_TRUE(after({}).unsent());
    EXPECT_FALSE(after({Event::Written}).unsent());
    EXPECT_TRUE(after({Event::Written, Event::LinkLost}).unsent());
    EXPECT_FALSE(after({Event::Written, Event::Receipt, Event::LinkLost}).unsent());
}

TEST(DeliveryStates, CountTheHostsThatHoldACopy) {
    EXPECT_EQ(after({Event::HostTook, Event::HostTook}).stored(), 2U);
    EXPECT_EQ(after({Event::HostTook}).shown(), State::Stored);
    EXPECT_EQ(after({Event::HostTook, Event::Written}).shown(), State::Stored);
    EXPECT_EQ(after({Event::HostTook, Event::HostLost}).shown(), State::Queued);
    EXPECT_EQ(after({Event::HostLost}).stored(), 0U);
}

TEST(DeliveryStates, AReceiptAfterGivingUpStillCounts) {
    EXPECT_EQ(after({Event::GiveUp}).shown(), State::Expired);
    EXPECT_EQ(after({Event::GiveUp, Event::Receipt}).shown(), State::Delivered);
    EXPECT_EQ(after({Event::Cancel, Event::Receipt}).shown(), State::Delivered);
}

TEST(DeliveryStates, ARetryQueuesWhatFailedAndNothingElse) {
    EXPECT_EQ(after({Event::Cancel, Event::Retry}).shown(), State::Queued);
    EXPECT_EQ(after({Event::GiveUp, Event::Retry}).shown(), State::Queued);
    EXPECT_EQ(after({Event::Receipt, Event::Retry}).shown(), State::Delivered);
}

// Every sequence of up to five events: only a receipt makes "delivered", and nothing undoes it.
TEST(DeliveryStates, OnlyAReceiptDeliversAndNothingUndoesIt) {
    struct Path {
        Delivery delivery;
        bool receipted = false;
    };

    std::vector<Path> paths{{}};
    for (int step = 0; step < 5; ++step) {
        std::vector<Path> longer;
        longer.reserve(paths.size() * all_events.size());
        for (const Path& path : paths) {
            for (const Event event : all_events) {
                const bool receipt = event == Event::Receipt || event == Event::ReadReceipt;
                const Path next{path.delivery.after(event), path.receipted || receipt};
                ASSERT_EQ(next.delivery.receipted(), next.receipted);
                ASSERT_EQ(next.delivery.shown() >= State::Delivered, next.receipted);
                longer.push_back(next);
            }
        }
        paths = std::move(longer);
    }
}

TEST(DeliveryStates, AMessageShowsTheBestOfItsDevices) {
    const std::array devices{after({Event::Cancel}), after({Event::Written}), after({})};
    EXPECT_EQ(shown(devices), State::Sent);
    EXPECT_FALSE(finished(devices));
    const std::array done{after({Event::Cancel}), after({Event::Receipt})};
    EXPECT_EQ(shown(done), State::Delivered);
    EXPECT_TRUE(finished(done));
    EXPECT_EQ(shown({}), State::Queued);
}

TEST(DeliveryStates, ComeBackFromTheStore) {
    for (const Delivery& delivery : {after({}),
                                     after({Event::Written, Event::HostTook}),
                                     after({Event::HostTook, Event::ReadReceipt}),
                                     after({Event::GiveUp})}) {
        EXPECT_EQ(Delivery::decode(delivery.encode()).value(), delivery);
    }
    EXPECT_FALSE(Delivery::decode(Bytes{5, 0, 0}));
    EXPECT_FALSE(Delivery::decode(Bytes{0, 2, 0}));
    EXPECT_FALSE(Delivery::decode(Bytes{0, 0}));
}

}  // namespace
}  // namespace kith::message
