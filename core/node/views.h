// SPDX-License-Identifier: GPL-3.0-or-later
// What the node tells about itself: plain values, copied out of the services. The control API
// (daemon/api_handlers_*) turns them into JSON; nothing here is stored or sent.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/identity/address.h"
#include "core/mailbox/box.h"
#include "core/reputation/explain.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kith::node {

/// This account and device.
struct IdentityView {
    crypto::AccountKey account;
    identity::Address address;
    std::string name;
    std::string device_name;
    crypto::DeviceId device;
    std::string network_name;
    bool private_network = false;
};

enum class ContactState { PendingOut, PendingIn, Accepted, Declined, Blocked, Removed };
enum class Trust { Unverified, Invited, Verified, KeyChanged };

/// How far a contact request of ours has come.
enum class RequestState {
    Searching,  ///< they cannot be found now
    Working,    ///< its ticket is being made
    Out,        ///< sent or left for them; they have not looked yet
    Seen,       ///< they have seen it
    Closed,     ///< they take no requests of strangers now
    GivenUp,
};

/// Why a device of the recipient takes nothing now. Unread: until its user has read. Rate: more
/// than it takes in this time. Store: it has no room.
enum class Wait { Unread, Rate, Store };

struct RequestView {
    RequestState state = RequestState::Searching;
    unsigned number = 1;            ///< which try
    Duration work{};                ///< Working: what it takes in the mean, in all
    unsigned done = 0;              ///< Working: quarters of it that are done
    std::optional<Timestamp> next;  ///< Out: when it is said again, or the next try begins
    std::optional<Wait> waits;      ///< Out: it was there, and could not be looked at
};

/// A peer account as this user knows it. Names of peers are untrusted text.
struct ContactView {
    crypto::AccountKey account;
    std::optional<identity::Address> address;
    std::string name;       // local name; empty until accepted or renamed
    std::string self_name;  // what the peer calls itself
    std::string note;       // text of the request
    ContactState state = ContactState::PendingOut;
    Trust trust = Trust::Unverified;
    std::size_t devices = 0;
    std::uint64_t unread = 0;
    std::optional<Timestamp> last_seen;
    bool online = false;
    std::optional<RequestView> request;               // PendingOut: ours
    std::optional<crypto::AccountKey> introduced_by;  // PendingIn: by this contact
};

enum class Direction { In, Out };

/// docs/spec/message.md#states. `Sent` lives in memory only: it falls back to Queued with its link.
enum class MessageState { Queued, Sent, Stored, Delivered, Read, Failed, Expired, Received };

struct MessageView {
    crypto::MessageId id;
    crypto::AccountKey chat;  // the other account, or our own for notes to self
    crypto::AccountKey from;
    std::string name;  // local name of `from`, or what it calls itself
    Direction direction = Direction::In;
    Timestamp time;                     // the sender's clock
    std::optional<Timestamp> received;  // our clock, for incoming ones
    std::string text;
    MessageState state = MessageState::Queued;
    bool verified = false;
    bool unread = false;
    std::optional<crypto::MessageId> reply;
    std::uint64_t order = 0;  // position in the chat, rising
};

/// One step of the way of a message, for `kith msg show`.
struct TraceStepView {
    Timestamp time;
    std::string step;    // queued direct look-up deposit checked stored delivered read failed
    std::string target;  // device name or id, host, address; may be empty
    std::string result;  // what came of it, in words; may be empty
    std::optional<Timestamp> until;  // how long a mailbox keeps it
    Bytes proof;                     // the mailbox's receipt, for whoever wants to verify it
};

struct TraceView {
    MessageView message;
    std::vector<TraceStepView> steps;
    std::optional<Timestamp> next_retry;
    std::optional<Wait> waits;  // it is there, and takes no more
};

/// One device's word on one message of ours.
struct ReceiptView {
    crypto::MessageId id;
    crypto::AccountKey chat;
    MessageState state = MessageState::Delivered;
    std::string device;
    Timestamp time;
};

struct InviteView {
    std::string id;    // "i:" and 16 hex digits
    std::string link;  // empty in lists: the secret is not kept
    std::uint32_t uses_left = 1;
    Timestamp expires;
    bool network_only = false;
};

/// What an invite says before it is accepted.
struct InviteReadView {
    crypto::AccountKey account;
    std::optional<std::string> known_as;  // we have this contact already
    bool private_network = false;
    bool same_network = true;  // fits the network of this profile, or the profile is empty
    bool network_only = false;
    Timestamp expires;
    std::vector<Endpoint> nodes;
};

struct VerificationView {
    crypto::AccountKey account;
    std::string safety_number;  // 12 groups of 5 digits
    std::string qr;             // "KITH:V/1..."
    Trust trust = Trust::Unverified;
};

/// Whether others can call this device.
enum class Reachable { Unknown, Direct, Nat };

enum class NetworkState { Starting, Alone, Online, Offline };

struct NetworkView {
    NetworkState state = NetworkState::Starting;
    std::string name;
    bool private_network = true;
    std::size_t nodes = 0;
    std::optional<Duration> self_test;  // round trip of the last put and read-back
    std::vector<Endpoint> endpoints;    // where this device listens, as published
    Reachable reachable = Reachable::Unknown;
    std::string mapped_by;  // UPnP or NAT-PMP, when a port of the router is ours
    std::optional<Duration> clock_offset;
};

struct PeerView {
    Endpoint address;
    std::optional<crypto::AccountKey> account;  // a linked device of a contact
    std::string role;                           // contact, plain, mailbox
    std::optional<Duration> round_trip;
    bool good = false;
    std::optional<Timestamp> since;
};

struct TrafficView {
    std::string cause;  // dht links
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
};

/// A mailbox that this device keeps for somebody.
struct ServedLeaseView {
    crypto::LeaseId lease;
    mailbox::LeaseClass lease_class = mailbox::LeaseClass::Contact;
    std::optional<crypto::AccountKey> account;  // the contact that it was granted to
    std::uint64_t quota = 0;                    // bytes, as the rest
    std::uint64_t used = 0;
    std::uint32_t envelopes = 0;
    std::uint32_t strangers = 0;   // of the envelopes: paid for with work
    std::size_t capabilities = 0;  // who may deposit
    Timestamp expires;
};

/// What this device does as a mailbox host. Own mailboxes are not in the sums.
struct MailboxServingView {
    mailbox::Serve serve = mailbox::Serve::Off;
    std::optional<crypto::BoxId> box;  // nullopt: does not serve yet
    bool offered = false;              // contacts were told
    bool handing_over = false;         // it stops, and some mail is not with other mailboxes yet
    std::uint64_t handed_over = 0;     // envelopes, since the start
    std::uint64_t quota = 0;
    std::uint64_t used = 0;
    std::uint64_t reserved = 0;  // guaranteed and not used
    std::vector<ServedLeaseView> leases;
    // Since the start.
    std::uint64_t deposits = 0;
    std::vector<std::pair<wire::RefuseCode, std::uint64_t>> refusals;
};

struct LimitView {
    std::string name;
    std::uint64_t value = 0;
    std::optional<std::uint64_t> used;
};

struct OutboxLineView {
    std::string name;
    std::uint64_t waiting = 0;
    std::optional<Timestamp> offline_since;
};

/// Offered: could be asked. Asked: chosen, no lease yet. Ok: keeps our mail, linked now. Away:
/// keeps our mail, not linked. Draining: left, emptied until all has expired there.
enum class MailboxState { Offered, Asked, Ok, Away, Draining };

/// What a host did, and how often.
struct MailboxActView {
    std::string act;  // receipt loss withheld audit-wrong audit-silent resent junk ..
    std::uint32_t count = 0;
};

/// Somebody who keeps our mail, or could.
struct MailboxView {
    crypto::BoxId box;
    mailbox::LeaseClass lease_class = mailbox::LeaseClass::Contact;
    std::optional<crypto::AccountKey> account;
    std::string name;  // of the contact whose device it is
    MailboxState state = MailboxState::Offered;
    bool pinned = false;
    bool dropped = false;
    std::optional<Duration> round_trip;
    std::uint64_t collected = 0;  // envelopes, since the start
    std::uint64_t junk = 0;       // of them, what could not be read
    std::uint64_t bytes = 0;      // that it held for us when it was asked last
    std::uint64_t quota = 0;
    std::uint32_t lost = 0;  // losses that its own receipts prove
    bool alarm = false;      // it loses too much
    double score = 0.67;     // S_box, 0..1; below 0.35 it is left
    std::vector<MailboxActView> acts;
    Bytes evidence;  // the receipt of the last loss; else empty
    std::optional<Timestamp> lease_until;
    double availability = 0.5;  // share of our polls of 14 days that it answered
    std::uint64_t complete_pickups = 0;
    std::optional<Timestamp> last_pickup;
};

/// What somebody is to this device, why, and the limits that follow.
struct ReputationView {
    ContactView contact;
    reputation::Explanation explanation;
};

struct StatusView {
    std::optional<IdentityView> identity;
    NetworkView network;
    std::uint64_t outbox = 0;
    std::vector<OutboxLineView> outbox_lines;
    std::uint64_t unread = 0;
    std::uint64_t unread_chats = 0;
    std::uint64_t requests = 0;
    std::vector<MailboxView> mailboxes;  // those that keep our mail
};

}  // namespace kith::node
