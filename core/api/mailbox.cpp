// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mailbox.h"

#include "core/api/fields.h"

namespace kith::api {

KITH_API_ENUM(MailboxState, "offered", "asked", "ok", "away", "draining")

template <>
struct Fields<Mailbox> : Object {
    static constexpr std::string_view type = "mailbox";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("name", self.name);
        member("class", self.kind);
        member("state", self.state);
        member("pinned", self.pinned);
        member("rtt_ms", self.rtt_ms);
        member("collected", self.collected);
        member("bytes", self.bytes);
        member("quota", self.quota);
        member("lost", self.lost);
        member("availability", self.availability);
        member("score", self.score);
        member("acts", self.acts);
        member("evidence", self.evidence);
        member("last_pickup", self.last_pickup);
        member("lease_until", self.lease_until);
    }
};

template <>
struct Fields<ServedMailbox> : Part {
    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("class", self.kind);
        member("envelopes", self.envelopes);
        member("bytes", self.bytes);
        member("quota", self.quota);
        member("lease_until", self.lease_until);
    }
};

KITH_API_OBJECT(ServedMailbox)

template <>
struct Fields<Serving> : Object {
    static constexpr std::string_view type = "serving";

    static void list(auto& self, auto& member) {
        member("for", self.whom);
        member("offered", self.offered);
        member("handing_over", self.handing_over);
        member("handed_over", self.handed_over);
        member("quota", self.quota);
        member("bytes", self.bytes);
        member("deposits", self.deposits);
        member("refusals", self.refusals);
        member("mailboxes", self.mailboxes);
    }
};

template <>
struct Fields<MailboxList> : NoParameters {};

template <>
struct Fields<MailboxUse> : WhoParameter {};

template <>
struct Fields<MailboxDrop> : WhoParameter {};

template <>
struct Fields<MailboxServe> : Parameters {
    static void list(auto& self, auto& member) {
        member("for", self.whom);
        member("quota", self.quota);
    }
};

template <>
struct Fields<MailboxStats> : NoParameters {};

KITH_API_OBJECT(Mailbox)
KITH_API_OBJECT(Serving)
KITH_API_OBJECT(MailboxList)
KITH_API_OBJECT(MailboxUse)
KITH_API_OBJECT(MailboxDrop)
KITH_API_OBJECT(MailboxServe)
KITH_API_OBJECT(MailboxStats)

}  // namespace kith::api
