// SPDX-License-Identifier: GPL-3.0-or-later
// The network: the objects `network`, `node`, `traffic`, `limit` and `presence`, and net.*.
#pragma once

#include "core/api/contacts.h"
#include "core/api/messages.h"

namespace kith::api {

/// `online`: a record was put and read back through another node. `alone`: no other node.
enum class NetworkState { Unknown, Starting, Alone, Online, Offline };
std::string_view to_string(NetworkState state);

/// `network`
struct Network {
    NetworkState state = NetworkState::Unknown;
    std::string name;
    bool is_private = false;  // "private"
    std::uint64_t nodes = 0;
    std::optional<std::string> reachable;  // direct, nat, unknown
    std::optional<std::string> address;    // where others reach us: "203.0.113.7:4222"
    std::optional<std::string> mapping;    // UPnP, NAT-PMP: a port of the router is ours
    std::optional<std::uint64_t> self_test_ms;

    friend bool operator==(const Network&, const Network&) = default;
};

/// `node`
struct NodePeer {
    std::string id;  // "n:..." or "u:..." for a contact
    std::optional<std::string> name;
    std::optional<std::string> address;  // "203.0.113.9:4222"
    std::string role;                    // contact mailbox relay plain bootstrap
    std::optional<std::uint64_t> rtt_ms;
    std::optional<bool> good;
    std::optional<Timestamp> since;

    friend bool operator==(const NodePeer&, const NodePeer&) = default;
};

/// `traffic`
struct Traffic {
    std::string cause;   // dht links mailbox presence files serving
    std::string period;  // day
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::optional<std::uint64_t> budget;

    friend bool operator==(const Traffic&, const Traffic&) = default;
};

/// `limit`
struct Limit {
    std::string name;
    std::uint64_t value = 0;
    std::optional<std::uint64_t> used;

    friend bool operator==(const Limit&, const Limit&) = default;
};

/// `presence`: event without cursor.
struct Presence {
    std::string id;
    std::optional<std::string> name;
    std::string state;  // online away offline mailbox
    std::optional<Path> path;

    friend bool operator==(const Presence&, const Presence&) = default;
};

/// `net.status`
struct NetStatus {
    using Result = Network;
};

/// `net.peers`
struct NetPeers {
    using Result = std::vector<NodePeer>;
    std::optional<std::uint64_t> limit;  // at most 500
    std::optional<std::string> after;    // id of the last node of the page before
};

/// `net.ping`: a round trip over a link, dialled if needed. timeout
struct NetPing {
    using Result = NodePeer;
    std::string who;
};

/// `net.traffic`
struct NetTraffic {
    using Result = std::vector<Traffic>;
};

/// `net.export`: an invitation to the network that adds no contact.
struct NetExport {
    using Result = Invite;
};

/// `net.bootstrap`: answers the nodes after the change. bootstrap-unreachable
struct NetBootstrap {
    using Result = std::vector<NodePeer>;
    std::string op;                      // add remove list
    std::optional<std::string> address;  // "host:port"
};

}  // namespace kith::api
