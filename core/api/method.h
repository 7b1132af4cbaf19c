// SPDX-License-Identifier: GPL-3.0-or-later
// The methods of the control API. The table is the documentation: `kith help api` and
// docs/spec/control-api.md#methods are printed from it, and a test compares it with the structs.
#pragma once

#include "core/api/account.h"
#include "core/api/contacts.h"
#include "core/api/events.h"
#include "core/api/mailbox.h"
#include "core/api/messages.h"
#include "core/api/network.h"
#include "core/api/reputation.h"
#include "core/api/status.h"

#include <array>
#include <string_view>

namespace kith::api {

struct Method {
    std::string_view name;
    std::string_view parameters;  // "to, text, id?": ? = optional
    std::string_view result;      // type of the object, "contact[]" for lists, "{}" for nothing
    std::string_view errors;      // beyond usage, locked, not-set-up
    std::string_view what;        // one line
};

/// All methods, by noun.
std::span<const Method> methods();
/// nullptr: no such method.
const Method* find_method(std::string_view name);

/// The name under which parameters of type P are sent: name_of<MessageSend>() == "message.send".
template <class P>
constexpr std::string_view name_of();

#define KITH_API_METHOD(type, name)              \
    template <>                                  \
    constexpr std::string_view name_of<type>() { \
        return name;                             \
    }
KITH_API_METHOD(HelloCall, "hello")
KITH_API_METHOD(StatusShow, "status.show")
KITH_API_METHOD(DaemonStatus, "daemon.status")
KITH_API_METHOD(DaemonStop, "daemon.stop")
KITH_API_METHOD(DaemonLimits, "daemon.limits")
KITH_API_METHOD(DaemonLog, "daemon.log")
KITH_API_METHOD(ProfileUnlock, "profile.unlock")
KITH_API_METHOD(ProfileLock, "profile.lock")
KITH_API_METHOD(IdentityCreate, "identity.create")
KITH_API_METHOD(IdentityShow, "identity.show")
KITH_API_METHOD(IdentitySet, "identity.set")
KITH_API_METHOD(InviteCreate, "invite.create")
KITH_API_METHOD(InviteList, "invite.list")
KITH_API_METHOD(InviteRevoke, "invite.revoke")
KITH_API_METHOD(InviteRead, "invite.read")
KITH_API_METHOD(InviteAccept, "invite.accept")
KITH_API_METHOD(ContactList, "contact.list")
KITH_API_METHOD(ContactShow, "contact.show")
KITH_API_METHOD(ContactAdd, "contact.add")
KITH_API_METHOD(ContactAccept, "contact.accept")
KITH_API_METHOD(ContactDecline, "contact.decline")
KITH_API_METHOD(ContactBlock, "contact.block")
KITH_API_METHOD(ContactUnblock, "contact.unblock")
KITH_API_METHOD(ContactRemove, "contact.remove")
KITH_API_METHOD(ContactSet, "contact.set")
KITH_API_METHOD(ContactReport, "contact.report")
KITH_API_METHOD(ContactAcceptKey, "contact.accept_key")
KITH_API_METHOD(ContactIntroduce, "contact.introduce")
KITH_API_METHOD(VerifyShow, "verify.show")
KITH_API_METHOD(VerifyConfirm, "verify.confirm")
KITH_API_METHOD(MessageSend, "message.send")
KITH_API_METHOD(MessageWait, "message.wait")
KITH_API_METHOD(MessageTrace, "message.trace")
KITH_API_METHOD(MessageRetry, "message.retry")
KITH_API_METHOD(MessageCancel, "message.cancel")
KITH_API_METHOD(MessageHistory, "message.history")
KITH_API_METHOD(MessageUnread, "message.unread")
KITH_API_METHOD(MessageRead, "message.read")
KITH_API_METHOD(EventsSubscribe, "events.subscribe")
KITH_API_METHOD(EventsAck, "events.ack")
KITH_API_METHOD(EventsUnsubscribe, "events.unsubscribe")
KITH_API_METHOD(EventsConsumers, "events.consumers")
KITH_API_METHOD(EventsForget, "events.forget")
KITH_API_METHOD(NetStatus, "net.status")
KITH_API_METHOD(NetPeers, "net.peers")
KITH_API_METHOD(NetPing, "net.ping")
KITH_API_METHOD(NetTraffic, "net.traffic")
KITH_API_METHOD(NetExport, "net.export")
KITH_API_METHOD(NetBootstrap, "net.bootstrap")
KITH_API_METHOD(MailboxList, "mailbox.list")
KITH_API_METHOD(MailboxUse, "mailbox.use")
KITH_API_METHOD(MailboxDrop, "mailbox.drop")
KITH_API_METHOD(MailboxServe, "mailbox.serve")
KITH_API_METHOD(MailboxStats, "mailbox.stats")
KITH_API_METHOD(ReputationWhy, "reputation.why")
KITH_API_METHOD(ReputationForgive, "reputation.forgive")
KITH_API_METHOD(ConfigList, "config.list")
KITH_API_METHOD(ConfigGet, "config.get")
KITH_API_METHOD(ConfigSet, "config.set")
KITH_API_METHOD(ConfigUnset, "config.unset")
#undef KITH_API_METHOD

}  // namespace kith::api
