// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/contact_state.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

constexpr std::array states{ContactState::PendingOut,
                            ContactState::PendingIn,
                            ContactState::Accepted,
                            ContactState::Declined,
                            ContactState::Blocked,
                            ContactState::Removed};

constexpr std::array events{ContactEvent::Ask,
                            ContactEvent::Accept,
                            ContactEvent::Decline,
                            ContactEvent::Block,
                            ContactEvent::Unblock,
                            ContactEvent::Remove,
                            ContactEvent::PeerAsked,
                            ContactEvent::PeerAccepted,
                            ContactEvent::PeerDeclined};

// The state after an event, "-" when it has no such step.
std::string after(ContactState state, ContactEvent event) {
    const auto next = advance({state, ContactState::Accepted}, event);
    return next ? std::string(to_string(next->state)) : "-";
}

TEST(ContactState, TheWholeTable) {
    using S = std::string;
    const std::map<ContactEvent, std::array<S, 6>> table{
        // from           pending-out   pending-in    accepted     declined      blocked   removed
        {ContactEvent::Ask,
         {"pending-out", "accepted", "accepted", "pending-out", "-", "pending-out"}},
        {ContactEvent::Accept, {"-", "accepted", "accepted", "-", "-", "-"}},
        {ContactEvent::Decline, {"-", "declined", "-", "-", "-", "-"}},
        {ContactEvent::Block, {"blocked", "blocked", "blocked", "blocked", "blocked", "blocked"}},
        {ContactEvent::Unblock, {"-", "-", "-", "-", "accepted", "-"}},
        {ContactEvent::Remove, {"removed", "removed", "removed", "removed", "removed", "removed"}},
        {ContactEvent::PeerAsked,
         {"accepted", "pending-in", "accepted", "pending-in", "blocked", "pending-in"}},
        {ContactEvent::PeerAccepted,
         {"accepted", "pending-in", "accepted", "declined", "blocked", "removed"}},
        {ContactEvent::PeerDeclined,
         {"declined", "pending-in", "accepted", "declined", "blocked", "removed"}},
    };
    for (const ContactEvent event : events) {
        for (std::size_t i = 0; i < states.size(); ++i) {
            EXPECT_EQ(after(states[i], event), table.at(event)[i])
                << to_string(states[i]) << " " << to_string(event);
        }
    }
}

TEST(ContactState, UnblockGoesBackToWhereTheBlockCameFrom) {
    for (const ContactState state : states) {
        if (state == ContactState::Blocked) continue;
        const ContactStanding before{state, ContactState::Removed};
        const auto blocked = advance(before, ContactEvent::Block).value();
        // Blocking twice, and what the peer does meanwhile, does not lose the way back.
        auto later = advance(blocked, ContactEvent::Block).value();
        later = advance(later, ContactEvent::PeerAsked).value();
        later = advance(later, ContactEvent::PeerDeclined).value();
        EXPECT_EQ(later, blocked);
        EXPECT_EQ(advance(later, ContactEvent::Unblock).value(), before) << to_string(state);
    }
}

TEST(ContactState, NothingThatAPeerDoesFails) {
    for (const ContactState state : states) {
        for (const ContactEvent event :
             {ContactEvent::PeerAsked, ContactEvent::PeerAccepted, ContactEvent::PeerDeclined}) {
            EXPECT_TRUE(advance({state, ContactState::Accepted}, event));
        }
    }
}

TEST(ContactState, AStepThatDoesNotFitIsTheCallersMistake) {
    const auto refused = advance(ContactStanding::stranger(), ContactEvent::Accept);
    EXPECT_EQ(refused.error().code, Code::InvalidArgument);
    EXPECT_EQ(refused.error().context, "accept does not fit a contact that is removed");
}

}  // namespace
}  // namespace kith::identity
