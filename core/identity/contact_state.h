// SPDX-License-Identifier: GPL-3.0-or-later
// How far two people have come with each other (docs/spec/identity.md#contacts). Pure: a state and
// an event give a state.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string_view>

namespace kith::identity {

/// Part of the disk format.
enum class ContactState : std::uint8_t {
    PendingOut = 1,  // we asked
    PendingIn = 2,   // the peer asked
    Accepted = 3,
    Declined = 4,  // by either side
    Blocked = 5,
    Removed = 6,  // a stranger again; kept so that what we know of the keys is not lost
};

/// What the owner does, and what the peer does.
enum class ContactEvent {
    Ask,           // owner: `contacts add`
    Accept,        // owner
    Decline,       // owner
    Block,         // owner
    Unblock,       // owner
    Remove,        // owner
    PeerAsked,     // a contact request came in
    PeerAccepted,  // the peer answered our request
    PeerDeclined,
};

std::string_view to_string(ContactState state);
std::string_view to_string(ContactEvent event);

/// A state, and where a block came from.
struct ContactStanding {
    ContactState state = ContactState::Removed;
    /// Where Unblock goes back to; meaningful while blocked.
    ContactState before_block = ContactState::Removed;

    /// The standing of somebody never heard of.
    static ContactStanding stranger() { return {}; }

    friend bool operator==(const ContactStanding&, const ContactStanding&) = default;
};

/// The standing after the event. What a peer does never fails: it changes nothing where it has no
/// meaning, and a block is not to be noticed. InvalidArgument: the owner asked for a step that the
/// state does not have (accept without a request, ask somebody blocked).
Result<ContactStanding> advance(ContactStanding standing, ContactEvent event);

}  // namespace kith::identity
