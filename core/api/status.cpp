// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/status.h"

#include "core/api/fields.h"

namespace kith::api {

KITH_API_ELSEWHERE(Mailbox)
KITH_API_ELSEWHERE(Identity)
KITH_API_ELSEWHERE(Network)

KITH_API_ENUM(ProfileState, "not-set-up", "locked", "ready")

template <>
struct Fields<Waiting> : Part {
    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("name", self.name);
        member("count", self.count);
        member("last_seen", self.last_seen);
    }
};

template <>
struct Fields<Hello> : Object {
    static constexpr std::string_view type = "hello";

    static void list(auto& self, auto& member) {
        member("api", self.api);
        member("version", self.version);
        member("profile", self.profile);
        member("state", self.state);
        member.if_any("features", self.features);
    }
};

template <>
struct Fields<HelloCall> : Parameters {
    static void list(auto& self, auto& member) {
        member("client", self.client);
        member("api", self.api);
    }
};

template <>
struct Fields<Daemon> : Object {
    static constexpr std::string_view type = "daemon";

    static void list(auto& self, auto& member) {
        member("state", self.state);
        member("pid", self.pid);
        member("version", self.version);
        member("uptime_ms", self.uptime_ms);
        member("api", self.api);
        member("store", self.store);
        member("home", self.home);
        member.if_any("listen", self.listen);
    }
};

template <>
struct Fields<Status> : Object {
    static constexpr std::string_view type = "status";

    static void list(auto& self, auto& member) {
        member("identity", self.identity);
        member("daemon", self.daemon);
        member("network", self.network);
        member("outbox", self.outbox);
        member.if_any("waiting", self.waiting);
        member.if_any("mailboxes", self.mailboxes);
        member("unread", self.unread);
        member("chats", self.chats);
        member("requests", self.requests);
        member("clock_offset_ms", self.clock_offset_ms);
    }
};

template <>
struct Fields<StatusShow> : NoParameters {};

template <>
struct Fields<DaemonStatus> : NoParameters {};

template <>
struct Fields<DaemonStop> : NoParameters {};

template <>
struct Fields<DaemonLimits> : NoParameters {};

template <>
struct Fields<DaemonLog> : Parameters {
    static void list(auto& self, auto& member) { member("level", self.level); }
};

template <>
struct Fields<ConfigEntry> : Object {
    static constexpr std::string_view type = "config";

    static void list(auto& self, auto& member) {
        member("key", self.key);
        member("value", self.value);
        member("default", self.preset);
        member("origin", self.origin);
        member("restart", self.restart);
        member("pending", self.pending);
    }
};

template <>
struct Fields<ConfigList> : NoParameters {};

template <>
struct Fields<ConfigGet> : Parameters {
    static void list(auto& self, auto& member) { member("key", self.key); }
};

template <>
struct Fields<ConfigSet> : Parameters {
    static void list(auto& self, auto& member) {
        member("key", self.key);
        member("value", self.value);
    }
};

template <>
struct Fields<ConfigUnset> : Parameters {
    static void list(auto& self, auto& member) { member("key", self.key); }
};

template <>
struct Fields<Notice> : Object {
    static constexpr std::string_view type = "notice";

    static void list(auto& self, auto& member) {
        member("code", self.code);
        member("level", self.level);
        member("message", self.message);
        member("hint", self.hint);
    }
};

template <>
struct Fields<Version> : Object {
    static constexpr std::string_view type = "version";

    static void list(auto& self, auto& member) {
        member("version", self.version);
        member("api", self.api);
        member("json", self.json);
        member("libraries", self.libraries);
    }
};

KITH_API_OBJECT(Waiting)
KITH_API_OBJECT(Hello)
KITH_API_OBJECT(HelloCall)
KITH_API_OBJECT(Daemon)
KITH_API_OBJECT(Status)
KITH_API_OBJECT(StatusShow)
KITH_API_OBJECT(DaemonStatus)
KITH_API_OBJECT(DaemonStop)
KITH_API_OBJECT(DaemonLimits)
KITH_API_OBJECT(DaemonLog)
KITH_API_OBJECT(ConfigEntry)
KITH_API_OBJECT(ConfigList)
KITH_API_OBJECT(ConfigGet)
KITH_API_OBJECT(ConfigSet)
KITH_API_OBJECT(ConfigUnset)
KITH_API_OBJECT(Notice)
KITH_API_OBJECT(Version)

}  // namespace kith::api
