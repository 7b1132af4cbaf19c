// SPDX-License-Identifier: GPL-3.0-or-later
// One example of every object of schema v1, with every member set.
#pragma once

#include "core/api/method.h"

namespace kith::test {

constexpr Timestamp noon = from_unix_millis(1795359845120);

inline api::Message full_message() {
    api::Message message;
    message.id = "01J9ABCDEFGHJKMNPQRSTVWXYZ";
    message.cursor = "e1.4711";
    message.chat = "u:7q2m";
    message.from = "u:7q2m";
    message.name = "Bob";
    message.tag = "7q2m";
    message.tagged = true;
    message.dir = api::Direction::In;
    message.time = noon;
    message.received = noon + milliseconds(30);
    message.text = "hi";
    message.state = api::MessageState::Received;
    message.verified = true;
    message.unread = true;
    message.reply = "01J8";
    message.expires = noon + hours(1);
    message.path = api::Path{"direct", 12};
    return message;
}

inline api::Contact full_contact() {
    api::Contact contact;
    contact.id = "u:7q2m";
    contact.name = "Bob";
    contact.self_name = "bob";
    contact.tag = "7q2m";
    contact.tagged = false;
    contact.state = api::ContactState::PendingIn;
    contact.verified = false;
    contact.key_changed = true;
    contact.address = "kith1qg7q2m";
    contact.text = "hello, it is me";
    contact.devices = 2;
    contact.unread = 3;
    contact.online = true;
    contact.last_seen = noon;
    return contact;
}

inline api::Invite full_invite() {
    api::Invite invite;
    invite.id = "i:5f";
    invite.link = "kith:i/1abc";
    invite.uses_left = 1;
    invite.expires = noon;
    invite.network = "home";
    invite.network_only = false;
    invite.from = "u:7q2m";
    invite.fingerprint = "7x9r d5tc";
    invite.known_as = "Bob";
    invite.is_private = true;
    invite.same_network = true;
    invite.nodes = {"203.0.113.7:4222"};
    return invite;
}

inline api::Identity full_identity() {
    return {"u:a", "Alice", "kith1q", "7x9r", "laptop", "KITH-SECRET-1", true};
}

inline api::Network full_network() {
    return {api::NetworkState::Online, "home", true, 14, "direct", "203.0.113.7:4222", "UPnP", 210};
}

inline api::Daemon full_daemon() {
    return {"running", 8121, "0.1.0", 5, 1, "ok", "/home/a", {"0.0.0.0:4222"}};
}

inline api::Mailbox full_mailbox() {
    api::Mailbox mailbox;
    mailbox.id = "u:a";
    mailbox.name = "Vera";
    mailbox.kind = "contact";
    mailbox.state = api::MailboxState::Ok;
    mailbox.rtt_ms = 12;
    mailbox.collected = 41;
    mailbox.lost = 1;
    mailbox.score = 42;
    mailbox.acts["loss"] = "1";
    mailbox.evidence = "9f3c";
    mailbox.last_pickup = noon;
    mailbox.lease_until = noon;
    return mailbox;
}

inline api::Reputation full_reputation() {
    api::Reputation reputation;
    reputation.id = "u:a";
    reputation.name = "Bob";
    reputation.tag = "7q2m";
    reputation.tagged = true;
    reputation.state = "accepted";
    reputation.verified = true;
    reputation.tier = api::Tier::Restricted;
    reputation.score = 0.59;
    reputation.because = {{noon, "reply", 200, 200, 17.9, 0.51},
                          {noon, "report", 1, -10, -9.3, -0.24}};
    reputation.limits = {5, {}, 1, {}, 5, 1.5};
    reputation.refused_until = noon;
    reputation.next = "nothing changes by itself";
    reputation.remedy = "kith contacts unblock Bob";
    return reputation;
}

inline api::Serving full_serving() {
    api::Serving serving;
    serving.whom = "contacts";
    serving.offered = true;
    serving.quota = std::uint64_t{1} << 30;
    serving.deposits = 5;
    serving.refusals = {{"share", "2"}};
    serving.mailboxes = {{"u:a", "contact", 41, 167936, std::uint64_t{64} << 20, noon}};
    return serving;
}

inline api::Status full_status() {
    api::Status status;
    status.identity = full_identity();
    status.daemon = full_daemon();
    status.network = full_network();
    status.outbox = 2;
    status.waiting = {{"u:a", "Bob", 2, noon}};
    status.mailboxes = {full_mailbox()};
    status.unread = 3;
    status.chats = 2;
    status.requests = 1;
    status.clock_offset_ms = -200;
    return status;
}

/// Calls `visit` with every object, full and, where that makes sense, new.
template <class Visit>
void for_each_sample(Visit visit) {
    using namespace api;
    visit(full_message());
    visit(Message{});
    visit(Receipt{"01J9", "u:a", MessageState::Read, "phone", noon});
    visit(Trace{"01J9",
                "u:a",
                "Bob",
                MessageState::Queued,
                {{noon, "direct", "d:1", "timeout", {}, {}},
                 {noon, "deposit", "mailbox 9f3c", "stored", noon, "9f3c"}},
                noon,
                "unread"});
    visit(full_reputation());
    visit(Reputation{});
    visit(Gap{"u:a", "u:b", "laptop", 3, "healed"});
    visit(full_identity());
    visit(full_contact());
    visit(Contact{});
    visit(Verification{"u:a", "Bob", "03913 85410", "KITH:V/1", VerificationState::Invited});
    visit(full_invite());
    visit(Invite{});
    visit(full_network());
    visit(NodePeer{"n:1", "Bob", "203.0.113.9:4222", "contact", 31, true, noon});
    visit(Traffic{"dht", "day", 812345, 903221, 5242880});
    visit(Limit{"links.pre_auth", 64, 3});
    visit(full_mailbox());
    visit(Mailbox{});
    visit(full_serving());
    visit(Serving{});
    visit(Presence{"u:a", "Bob", "online", Path{"direct", 12}});
    visit(Hello{1, "0.1.0", "default", ProfileState::NotSetUp, {"events"}});
    visit(full_daemon());
    visit(full_status());
    visit(Status{});
    visit(ConfigEntry{"mailbox.quota", "1G", "1G", "default", true, "2G"});
    visit(Notice{"clock", "warning", "off", "set it"});
    visit(Version{"0.1.0", 1, {1}, {{"libsodium", "1.0.18"}}});
    visit(Subscription{1, "e1.4", 7});
    visit(Consumer{"bot", "e1.4", 3, noon});
}

}  // namespace kith::test
