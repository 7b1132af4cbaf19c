// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/contacts.h"

#include "core/api/fields.h"

namespace kith::api {

KITH_API_ENUM(
    ContactState, "pending-out", "pending-in", "accepted", "declined", "blocked", "removed")
KITH_API_ENUM(RequestState, "searching", "working", "out", "seen", "closed", "given-up")
KITH_API_ENUM(VerificationState, "unverified", "invited", "verified")

template <>
struct Fields<ContactRequest> : Part {
    static void list(auto& self, auto& member) {
        member("state", self.state);
        member("try", self.number);
        member("work_ms", self.work_ms);
        member("done", self.done);
        member("next", self.next);
        member("waits", self.waits);
    }
};

template <>
struct Fields<Contact> : Object {
    static constexpr std::string_view type = "contact";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("name", self.name);
        member("self_name", self.self_name);
        member("tag", self.tag);
        member("tagged", self.tagged);
        member("state", self.state);
        member("verified", self.verified);
        member("key_changed", self.key_changed);
        member("address", self.address);
        member("text", self.text);
        member("devices", self.devices);
        member("unread", self.unread);
        member("online", self.online);
        member("last_seen", self.last_seen);
        member("request", self.request);
        member("introduced_by", self.introduced_by);
    }
};

template <>
struct Fields<ContactList> : Parameters {
    static void list(auto& self, auto& member) {
        member("state", self.state);
        member("limit", self.limit);
        member("after", self.after);
    }
};

template <>
struct Fields<ContactShow> : WhoParameter {};

template <>
struct Fields<ContactAdd> : Parameters {
    static void list(auto& self, auto& member) {
        member("address", self.address);
        member("text", self.text);
        member("name", self.name);
    }
};

template <>
struct Fields<ContactAccept> : Parameters {
    static void list(auto& self, auto& member) {
        member("who", self.who);
        member("name", self.name);
    }
};

template <>
struct Fields<ContactDecline> : Parameters {
    static void list(auto& self, auto& member) {
        member("who", self.who);
        member("tell", self.tell);
    }
};

template <>
struct Fields<ContactBlock> : WhoParameter {};

template <>
struct Fields<ContactUnblock> : WhoParameter {};

template <>
struct Fields<ContactRemove> : WhoParameter {};

template <>
struct Fields<ContactSet> : Parameters {
    static void list(auto& self, auto& member) {
        member("who", self.who);
        member("name", self.name);
        member("notify", self.notify);
        member("bulk", self.bulk);
    }
};

template <>
struct Fields<ContactAcceptKey> : WhoParameter {};

template <>
struct Fields<ContactIntroduce> : Parameters {
    static void list(auto& self, auto& member) {
        member("a", self.a);
        member("b", self.b);
    }
};

template <>
struct Fields<Verification> : Object {
    static constexpr std::string_view type = "verification";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("name", self.name);
        member("safety_number", self.safety_number);
        member("qr", self.qr);
        member("state", self.state);
    }
};

template <>
struct Fields<VerifyShow> : WhoParameter {};

template <>
struct Fields<VerifyConfirm> : Parameters {
    static void list(auto& self, auto& member) {
        member("who", self.who);
        member("match", self.match);
    }
};

template <>
struct Fields<Invite> : Object {
    static constexpr std::string_view type = "invite";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("link", self.link);
        member("uses_left", self.uses_left);
        member("expires", self.expires);
        member("network", self.network);
        member("network_only", self.network_only);
        member("from", self.from);
        member("fingerprint", self.fingerprint);
        member("known_as", self.known_as);
        member("private", self.is_private);
        member("same_network", self.same_network);
        member.if_any("nodes", self.nodes);
    }
};

template <>
struct Fields<InviteCreate> : Parameters {
    static void list(auto& self, auto& member) {
        member("uses", self.uses);
        member("expires_ms", self.expires_ms);
        member("network_only", self.network_only);
    }
};

template <>
struct Fields<InviteList> : NoParameters {};

template <>
struct Fields<InviteRevoke> : Parameters {
    static void list(auto& self, auto& member) { member("id", self.id); }
};

template <>
struct Fields<InviteRead> : Parameters {
    static void list(auto& self, auto& member) { member("link", self.link); }
};

template <>
struct Fields<InviteAccept> : Parameters {
    static void list(auto& self, auto& member) {
        member("link", self.link);
        member("name", self.name);
    }
};

KITH_API_OBJECT(ContactRequest)
KITH_API_OBJECT(Contact)
KITH_API_OBJECT(ContactList)
KITH_API_OBJECT(ContactShow)
KITH_API_OBJECT(ContactAdd)
KITH_API_OBJECT(ContactAccept)
KITH_API_OBJECT(ContactDecline)
KITH_API_OBJECT(ContactBlock)
KITH_API_OBJECT(ContactUnblock)
KITH_API_OBJECT(ContactRemove)
KITH_API_OBJECT(ContactSet)
KITH_API_OBJECT(ContactAcceptKey)
KITH_API_OBJECT(ContactIntroduce)
KITH_API_OBJECT(Verification)
KITH_API_OBJECT(VerifyShow)
KITH_API_OBJECT(VerifyConfirm)
KITH_API_OBJECT(Invite)
KITH_API_OBJECT(InviteCreate)
KITH_API_OBJECT(InviteList)
KITH_API_OBJECT(InviteRevoke)
KITH_API_OBJECT(InviteRead)
KITH_API_OBJECT(InviteAccept)

}  // namespace kith::api
