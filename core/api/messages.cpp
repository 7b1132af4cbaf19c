// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/messages.h"

#include "core/api/fields.h"

namespace kith::api {

KITH_API_ENUM(
    MessageState, "queued", "sent", "stored", "delivered", "read", "failed", "expired", "received")
KITH_API_ENUM(Direction, "in", "out")

template <>
struct Fields<Path> : Part {
    static void list(auto& self, auto& member) {
        member("kind", self.kind);
        member("rtt_ms", self.rtt_ms);
    }
};

template <>
struct Fields<TraceStep> : Part {
    static void list(auto& self, auto& member) {
        member("time", self.time);
        member("step", self.step);
        member("to", self.to);
        member("result", self.result);
        member("until", self.until);
        member("receipt", self.receipt);
    }
};

template <>
struct Fields<Message> : Object {
    static constexpr std::string_view type = "message";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("cursor", self.cursor);
        member("chat", self.chat);
        member("from", self.from);
        member("name", self.name);
        member("tag", self.tag);
        member("tagged", self.tagged);
        member("dir", self.dir);
        member("time", self.time);
        member("received", self.received);
        member("text", self.text);
        member("state", self.state);
        member("verified", self.verified);
        member("unread", self.unread);
        member("reply", self.reply);
        member("expires", self.expires);
        member("path", self.path);
    }
};

template <>
struct Fields<Receipt> : Object {
    static constexpr std::string_view type = "receipt";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("chat", self.chat);
        member("state", self.state);
        member("device", self.device);
        member("time", self.time);
    }
};

template <>
struct Fields<Trace> : Object {
    static constexpr std::string_view type = "trace";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("chat", self.chat);
        member("name", self.name);
        member("state", self.state);
        member("steps", self.steps);
        member("next_retry", self.next_retry);
        member("waits", self.waits);
    }
};

template <>
struct Fields<Gap> : Object {
    static constexpr std::string_view type = "gap";

    static void list(auto& self, auto& member) {
        member("chat", self.chat);
        member("from", self.from);
        member("device", self.device);
        member("missing", self.missing);
        member("state", self.state);
    }
};

template <>
struct Fields<MessageSend> : Parameters {
    static void list(auto& self, auto& member) {
        member("to", self.to);
        member("text", self.text);
        member("id", self.id);
        member("reply", self.reply);
        member("expire_ms", self.expire_ms);
    }
};

template <>
struct Fields<MessageWait> : Parameters {
    static void list(auto& self, auto& member) {
        member("id", self.id);
        member.preset("state", self.state);
        member.preset("timeout_ms", self.timeout_ms);
    }
};

template <>
struct Fields<MessageTrace> : Parameters {
    static void list(auto& self, auto& member) { member("id", self.id); }
};

template <>
struct Fields<MessageRetry> : Parameters {
    static void list(auto& self, auto& member) { member("id", self.id); }
};

template <>
struct Fields<MessageCancel> : Parameters {
    static void list(auto& self, auto& member) { member("id", self.id); }
};

template <>
struct Fields<MessageHistory> : Parameters {
    static void list(auto& self, auto& member) {
        member("chat", self.chat);
        member("before", self.before);
        member("after", self.after);
        member("since", self.since);
        member.preset("limit", self.limit);
        member("search", self.search);
    }
};

template <>
struct Fields<MessageUnread> : Parameters {
    static void list(auto& self, auto& member) {
        member("limit", self.limit);
        member("after", self.after);
    }
};

template <>
struct Fields<MessageRead> : Parameters {
    static void list(auto& self, auto& member) {
        member("chat", self.chat);
        member("up_to", self.up_to);
    }
};

KITH_API_OBJECT(TraceStep)
KITH_API_OBJECT(Path)
KITH_API_OBJECT(Message)
KITH_API_OBJECT(Receipt)
KITH_API_OBJECT(Trace)
KITH_API_OBJECT(Gap)
KITH_API_OBJECT(MessageSend)
KITH_API_OBJECT(MessageWait)
KITH_API_OBJECT(MessageTrace)
KITH_API_OBJECT(MessageRetry)
KITH_API_OBJECT(MessageCancel)
KITH_API_OBJECT(MessageHistory)
KITH_API_OBJECT(MessageUnread)
KITH_API_OBJECT(MessageRead)

}  // namespace kith::api
