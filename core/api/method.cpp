// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/method.h"

#include <algorithm>

namespace kith::api {
namespace {

constexpr std::array table{
    Method{"hello", "client, api", "hello", "version-clash", "the first call of every client"},
    Method{"status.show", "", "status", "", "everything at a glance; works before set-up"},
    Method{"daemon.status", "", "daemon", "", "the process itself"},
    Method{"daemon.stop", "", "{}", "", "ends the daemon; answered before it ends"},
    Method{"daemon.limits", "", "limit[]", "", "every limit, and how much of it is used"},
    Method{"daemon.log", "level?", "{}", "", "changes the log level until the next start"},
    Method{"profile.unlock", "passphrase", "{}", "bad-passphrase", "opens a sealed profile"},
    Method{"profile.lock", "", "{}", "", "forgets the keys until the next unlock"},
    Method{"identity.create",
           "name, network, network_name?, device?, passphrase?",
           "identity",
           "exists, invite-broken, invite-expired",
           "makes the account; network: new, public or an invitation link"},
    Method{"identity.show", "", "identity", "", "who we are"},
    Method{"identity.set", "name?, bot?, new_reach?", "identity", "", "new_reach: a new address"},
    Method{"invite.create", "uses?, expires_ms?, network_only?", "invite", "", "a link to give"},
    Method{"invite.list", "", "invite[]", "", "open invitations, without their links"},
    Method{"invite.revoke", "id", "{}", "no-invite", "the link stops working"},
    Method{"invite.read",
           "link",
           "invite",
           "invite-broken, invite-expired",
           "what a link is; no packet leaves; works before set-up"},
    Method{"invite.accept",
           "link, name?",
           "contact",
           "invite-broken, invite-expired, invite-used, other-network, exists",
           "adds the inviter; goes on in the background"},
    Method{"contact.list", "state?, limit?, after?", "contact[]", "", "by name"},
    Method{"contact.show", "who", "contact", "no-contact, ambiguous", "one contact"},
    Method{"contact.add",
           "address, text?, name?",
           "contact",
           "address-broken, exists, blocked, busy",
           "asks for contact"},
    Method{"contact.accept", "who, name?", "contact", "no-contact, exists", "says yes"},
    Method{
        "contact.decline", "who, tell?", "contact", "no-contact", "says no, silently by default"},
    Method{"contact.block", "who", "contact", "no-contact", "to them we look offline"},
    Method{"contact.unblock", "who", "contact", "no-contact", "back to the state before"},
    Method{"contact.remove", "who", "contact", "no-contact", "forgets the contact; keeps history"},
    Method{"contact.set", "who, name?, notify?", "contact", "no-contact, exists", "local settings"},
    Method{"contact.accept_key", "who", "contact", "no-contact", "goes on with a changed key"},
    Method{"verify.show", "who", "verification", "no-contact", "the safety number to compare"},
    Method{"verify.confirm", "who, match", "verification", "no-contact", "what the user saw"},
    Method{"message.send",
           "to, text, id?, reply?, expire_ms?",
           "message",
           "no-contact, text-too-long, key-changed, blocked, no-space, busy",
           "durable when answered; the same id again sends nothing twice"},
    Method{"message.wait",
           "id, state?, timeout_ms?",
           "receipt",
           "no-message, timeout",
           "answers when the message has come that far, or cannot any more"},
    Method{"message.trace", "id", "trace", "no-message", "which way it went"},
    Method{"message.retry", "id", "message", "no-message", "tries again now"},
    Method{"message.cancel", "id", "{}", "no-message, forbidden", "while it has not left"},
    Method{"message.history",
           "chat, before?, after?, since?, limit?, search?",
           "message[]",
           "no-contact, no-message",
           "oldest first; the newest ones unless after is given"},
    Method{"message.unread", "limit?, after?", "message[]", "no-message", "newest first"},
    Method{"message.read", "chat, up_to", "{}", "no-contact, no-message", "marks as read"},
    Method{"events.subscribe",
           "types?, from?, as?, window?",
           "subscription",
           "cursor-gone",
           "then one event a line"},
    Method{"events.ack", "as, cursor", "{}", "cursor-gone", "durable when answered"},
    Method{"events.unsubscribe", "subscription", "{}", "", "ends the stream"},
    Method{"events.consumers", "", "consumer[]", "", "who must still acknowledge"},
    Method{"events.forget", "as", "{}", "", "a consumer that will not come back"},
    Method{"net.status", "", "network", "", "state of the network"},
    Method{"net.peers", "limit?, after?", "node[]", "", "live links and known nodes"},
    Method{"net.ping", "who", "node", "no-contact, timeout, offline", "a round trip"},
    Method{"net.traffic", "", "traffic[]", "", "bytes by cause, against the idle budget"},
    Method{"net.export", "", "invite", "", "a link into the network that adds no contact"},
    Method{"net.bootstrap",
           "op, address?",
           "node[]",
           "bootstrap-unreachable",
           "op: add, remove or list"},
    Method{"config.list", "", "config[]", "", "every setting"},
    Method{"config.get", "key", "config", "bad-config", "one setting"},
    Method{"config.set", "key, value", "config", "bad-config", "writes the file, tells the daemon"},
    Method{"config.unset", "key", "config", "bad-config", "back to the default"},
};

}  // namespace

std::span<const Method> methods() {
    return table;
}

const Method* find_method(std::string_view name) {
    const auto* found = std::ranges::find(table, name, &Method::name);
    return found == table.end() ? nullptr : found;
}

}  // namespace kith::api
