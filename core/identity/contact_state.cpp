// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/contact_state.h"

namespace kith::identity {

namespace {

tl::unexpected<Error> no_such_step(ContactState state, ContactEvent event) {
    return fail(Code::InvalidArgument,
                std::string(to_string(event)) + " does not fit a contact that is " +
                    std::string(to_string(state)));
}

ContactStanding now(ContactState state) {
    return {state, ContactState::Removed};
}

Result<ContactStanding> after_ask(ContactStanding standing) {
    switch (standing.state) {
        case ContactState::PendingOut:
        case ContactState::Accepted:
            return standing;
        case ContactState::PendingIn:  // both want it
            return now(ContactState::Accepted);
        case ContactState::Declined:
        case ContactState::Removed:
            return now(ContactState::PendingOut);
        case ContactState::Blocked:
            break;
    }
    return no_such_step(standing.state, ContactEvent::Ask);
}

ContactStanding after_peer_asked(ContactStanding standing) {
    switch (standing.state) {
        case ContactState::PendingOut:  // both want it
            return now(ContactState::Accepted);
        case ContactState::Declined:
        case ContactState::Removed:
            return now(ContactState::PendingIn);
        case ContactState::PendingIn:
        case ContactState::Accepted:
        case ContactState::Blocked:
            break;
    }
    return standing;
}

}  // namespace

std::string_view to_string(ContactState state) {
    switch (state) {
        case ContactState::PendingOut:
            return "pending-out";
        case ContactState::PendingIn:
            return "pending-in";
        case ContactState::Accepted:
            return "accepted";
        case ContactState::Declined:
            return "declined";
        case ContactState::Blocked:
            return "blocked";
        case ContactState::Removed:
            return "removed";
    }
    return "unknown";
}

std::string_view to_string(ContactEvent event) {
    switch (event) {
        case ContactEvent::Ask:
            return "ask";
        case ContactEvent::Accept:
            return "accept";
        case ContactEvent::Decline:
            return "decline";
        case ContactEvent::Block:
            return "block";
        case ContactEvent::Unblock:
            return "unblock";
        case ContactEvent::Remove:
            return "remove";
        case ContactEvent::PeerAsked:
            return "peer-asked";
        case ContactEvent::PeerAccepted:
            return "peer-accepted";
        case ContactEvent::PeerDeclined:
            return "peer-declined";
    }
    return "unknown";
}

Result<ContactStanding> advance(ContactStanding standing, ContactEvent event) {
    const ContactState state = standing.state;
    const bool asked_us = state == ContactState::PendingIn;
    const bool asked_by_us = state == ContactState::PendingOut;
    switch (event) {
        case ContactEvent::Ask:
            return after_ask(standing);
        case ContactEvent::PeerAsked:
            return after_peer_asked(standing);
        case ContactEvent::Accept:
            if (state == ContactState::Accepted) return standing;
            if (!asked_us) return no_such_step(state, event);
            return now(ContactState::Accepted);
        case ContactEvent::Decline:
            if (!asked_us) return no_such_step(state, event);
            return now(ContactState::Declined);
        case ContactEvent::PeerAccepted:
            return asked_by_us ? now(ContactState::Accepted) : standing;
        case ContactEvent::PeerDeclined:
            return asked_by_us ? now(ContactState::Declined) : standing;
        case ContactEvent::Block:
            if (state == ContactState::Blocked) return standing;
            return ContactStanding{ContactState::Blocked, state};
        case ContactEvent::Unblock:
            if (state != ContactState::Blocked) return no_such_step(state, event);
            return now(standing.before_block);
        case ContactEvent::Remove:
            return ContactStanding::stranger();
    }
    return no_such_step(state, event);
}

}  // namespace kith::identity
