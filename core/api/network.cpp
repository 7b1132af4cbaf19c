// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/network.h"

#include "core/api/fields.h"

namespace kith::api {

KITH_API_ELSEWHERE(Path)

KITH_API_ENUM(NetworkState, "starting", "alone", "online", "offline")

template <>
struct Fields<Network> : Object {
    static constexpr std::string_view type = "network";

    static void list(auto& self, auto& member) {
        member("state", self.state);
        member("name", self.name);
        member("private", self.is_private);
        member("nodes", self.nodes);
        member("reachable", self.reachable);
        member("address", self.address);
        member("mapping", self.mapping);
        member("self_test_ms", self.self_test_ms);
    }
};

template <>
struct Fields<NodePeer> : Object {
    static constexpr std::string_view type = "node";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("name", self.name);
        member("address", self.address);
        member("role", self.role);
        member("rtt_ms", self.rtt_ms);
        member("good", self.good);
        member("since", self.since);
    }
};

template <>
struct Fields<Traffic> : Object {
    static constexpr std::string_view type = "traffic";

    static void list(auto& self, auto& member) {
        member("cause", self.cause);
        member("period", self.period);
        member("sent", self.sent);
        member("received", self.received);
        member("budget", self.budget);
    }
};

template <>
struct Fields<Limit> : Object {
    static constexpr std::string_view type = "limit";

    static void list(auto& self, auto& member) {
        member("name", self.name);
        member("value", self.value);
        member("used", self.used);
    }
};

template <>
struct Fields<Presence> : Object {
    static constexpr std::string_view type = "presence";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("name", self.name);
        member("state", self.state);
        member("path", self.path);
    }
};

template <>
struct Fields<NetStatus> : NoParameters {};

template <>
struct Fields<NetPeers> : Parameters {
    static void list(auto& self, auto& member) {
        member("limit", self.limit);
        member("after", self.after);
    }
};

template <>
struct Fields<NetPing> : WhoParameter {};

template <>
struct Fields<NetTraffic> : NoParameters {};

template <>
struct Fields<NetExport> : NoParameters {};

template <>
struct Fields<NetBootstrap> : Parameters {
    static void list(auto& self, auto& member) {
        member("op", self.op);
        member("address", self.address);
    }
};

KITH_API_OBJECT(Network)
KITH_API_OBJECT(NodePeer)
KITH_API_OBJECT(Traffic)
KITH_API_OBJECT(Limit)
KITH_API_OBJECT(Presence)
KITH_API_OBJECT(NetStatus)
KITH_API_OBJECT(NetPeers)
KITH_API_OBJECT(NetPing)
KITH_API_OBJECT(NetTraffic)
KITH_API_OBJECT(NetExport)
KITH_API_OBJECT(NetBootstrap)

}  // namespace kith::api
