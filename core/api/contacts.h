// SPDX-License-Identifier: GPL-3.0-or-later
// People: the objects `contact`, `verification` and `invite`, and the methods contact.*, verify.*
// and invite.*. WHO is a local name (exact, any case), an address, an id "u:..." or "me"; every
// method with `who` may fail with no-contact or ambiguous.
#pragma once

#include "core/api/codec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kith::api {

enum class ContactState { Unknown, PendingOut, PendingIn, Accepted, Declined, Blocked, Removed };
std::string_view to_string(ContactState state);  // "pending-out" ...

enum class RequestState { Unknown, Searching, Working, Out, Seen, Closed, GivenUp };
std::string_view to_string(RequestState state);  // "given-up" ...

/// In `contact`: how far our request has come.
struct ContactRequest {
    RequestState state = RequestState::Unknown;
    std::uint64_t number = 1;              // "try"
    std::optional<std::uint64_t> work_ms;  // working: what it takes in the mean, in all
    std::optional<std::uint64_t> done;     // working: quarters of it that are done
    std::optional<Timestamp> next;         // out: when it is tried again
    std::optional<std::string> waits;      // out: for the other side: unread, rate or store

    friend bool operator==(const ContactRequest&, const ContactRequest&) = default;
};

/// `contact`
struct Contact {
    std::string id;
    std::string name;                      // local name, or what the peer calls itself
    std::optional<std::string> self_name;  // what the peer calls itself
    std::string tag;                       // first characters of the fingerprint
    std::optional<bool> tagged;            // true: not to be shown without its tag
    ContactState state = ContactState::Unknown;
    bool verified = false;
    std::optional<bool> key_changed;     // true: verify again, nothing is sent
    std::optional<std::string> address;  // "kith1..."
    std::optional<std::string> text;     // of the contact request
    std::optional<std::uint64_t> devices;
    std::optional<std::uint64_t> unread;
    std::optional<bool> online;
    std::optional<Timestamp> last_seen;
    std::optional<ContactRequest> request;     // pending-out: ours
    std::optional<std::string> introduced_by;  // pending-in: account id of who introduced it

    friend bool operator==(const Contact&, const Contact&) = default;
};

/// `contact.list`
struct ContactList {
    using Result = std::vector<Contact>;
    std::optional<ContactState> state;
    std::optional<std::uint64_t> limit;  // at most 500
    std::optional<std::string> after;    // id of the last contact of the page before
};

/// `contact.show`
struct ContactShow {
    using Result = Contact;
    std::string who;
};

/// `contact.add`: a contact request. address-broken, exists, blocked, busy
struct ContactAdd {
    using Result = Contact;
    std::string address;
    std::optional<std::string> text;
    std::optional<std::string> name;  // local name
};

/// `contact.accept`
struct ContactAccept {
    using Result = Contact;
    std::string who;
    std::optional<std::string> name;  // local name
};

/// `contact.decline`: silent unless `tell`.
struct ContactDecline {
    using Result = Contact;
    std::string who;
    std::optional<bool> tell;
};

/// `contact.block`: never told.
struct ContactBlock {
    using Result = Contact;
    std::string who;
};

/// `contact.unblock`
struct ContactUnblock {
    using Result = Contact;
    std::string who;
};

/// `contact.remove`
struct ContactRemove {
    using Result = Contact;
    std::string who;
};

/// `contact.set`. exists: another contact has that name
struct ContactSet {
    using Result = Contact;
    std::string who;
    std::optional<std::string> name;
    std::optional<bool> notify;
    std::optional<bool> bulk;  // no rate and no unread limit: for one's own machines
};

/// `contact.accept_key`: goes on with a changed account key; verification starts anew.
struct ContactAcceptKey {
    using Result = Contact;
    std::string who;
};

/// `contact.introduce`: gives `a` our word for `b`. no-contact, busy: too many introductions
struct ContactIntroduce {
    using Result = Nothing;
    std::string a;
    std::string b;
};

enum class VerificationState { Unknown, Unverified, Invited, Verified };
std::string_view to_string(VerificationState state);

/// `verification`
struct Verification {
    std::string id;
    std::optional<std::string> name;
    std::string safety_number;  // 12 groups of 5 digits
    std::string qr;             // "KITH:V/1..."
    VerificationState state = VerificationState::Unknown;

    friend bool operator==(const Verification&, const Verification&) = default;
};

/// `verify.show`
struct VerifyShow {
    using Result = Verification;
    std::string who;
};

/// `verify.confirm`: what the user saw when comparing.
struct VerifyConfirm {
    using Result = Verification;
    std::string who;
    bool match = false;
};

/// `invite`
struct Invite {
    std::string id;                   // "i:..."
    std::optional<std::string> link;  // "kith:i/1...": a secret; not in lists
    std::optional<std::uint64_t> uses_left;
    std::optional<Timestamp> expires;
    std::optional<std::string> network;  // name of our network; not known from a link alone
    std::optional<bool> network_only;    // lets into the network, adds no contact
    // From invite.read only:
    std::optional<std::string> from;         // account id of the inviter
    std::optional<std::string> fingerprint;  // of the inviter
    std::optional<std::string> known_as;     // we have this contact already
    std::optional<bool> is_private;          // "private"
    std::optional<bool> same_network;        // fits the network of this profile, or it has none
    std::vector<std::string> nodes;          // "203.0.113.7:4222"

    friend bool operator==(const Invite&, const Invite&) = default;
};

/// `invite.create`
struct InviteCreate {
    using Result = Invite;
    std::optional<std::uint64_t> uses;        // default 1
    std::optional<std::uint64_t> expires_ms;  // default 24 h
    std::optional<bool> network_only;
};

/// `invite.list`
struct InviteList {
    using Result = std::vector<Invite>;
};

/// `invite.revoke`. no-invite
struct InviteRevoke {
    using Result = Nothing;
    std::string id;
};

/// `invite.read`: what a link is, offline; works before an identity exists. invite-broken,
/// invite-expired
struct InviteRead {
    using Result = Invite;
    std::string link;
};

/// `invite.accept`: adds the inviter and redeems the invite in the background. invite-broken,
/// invite-expired, invite-used, other-network, bootstrap-unreachable
struct InviteAccept {
    using Result = Contact;
    std::string link;
    std::optional<std::string> name;  // local name for the inviter
};

}  // namespace kith::api
