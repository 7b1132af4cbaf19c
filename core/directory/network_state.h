// SPDX-License-Identifier: GPL-3.0-or-later
// What a node knows of its place in the network: connection, self-test, neighbours, traffic.
#pragma once

#include "core/base/bytes.h"
#include "core/base/endpoint.h"
#include "core/base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::directory {

enum class Connection {
    Offline,  // no usable address
    Joining,  // no good node yet, for less than 30 s
    Alone,    // no good node for 30 s; nodes are tried for ever, publications wait
    Weak,     // one or two good nodes, or a publication that too few nodes hold
    Online,   // a record was put and read back through another node
    Parked,   // takes no part for now; the next operation wakes it
};

/// In lower case, as `kith status --json` shows it.
std::string_view to_string(Connection connection);

/// Whether records can be published and found; who is parked is woken for it.
constexpr bool is_connected(Connection connection) {
    using enum Connection;
    return connection == Weak || connection == Online || connection == Parked;
}

/// A record of a throw-away account, put and read back through other nodes.
struct SelfTest {
    bool passed = false;
    Duration took{};
    int holders = 0;
    Timestamp at;
};

struct State {
    Connection connection = Connection::Offline;
    /// Nodes that answered lately, IPv4 and IPv6 together.
    std::size_t good_nodes = 0;
    /// The last one; nullopt before the first has ended.
    std::optional<SelfTest> self_test;
};

/// A node of the network, for `kith net peers`.
struct Peer {
    PublicBytes<20, struct NodeIdTag> id;  // chosen by the node at its start, worth nothing
    Endpoint endpoint;

    friend auto operator<=>(const Peer&, const Peer&) = default;
};

struct BootstrapNode {
    std::string address;              // as given: "host:port"
    std::vector<Endpoint> endpoints;  // what the name stood for when last resolved
    bool answered = false;            // since this node started
};

/// Datagrams and bytes since start, IP and UDP headers not counted.
struct Traffic {
    std::uint64_t datagrams_in = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t datagrams_out = 0;
    std::uint64_t bytes_out = 0;
    // Of those that came in:
    std::uint64_t over_rate = 0;  // dropped unopened, their source sent too much
    std::uint64_t foreign = 0;    // wrong size, or not sealed by this network
    std::uint64_t odd = 0;        // sealed, but no packet that kith nodes send
};

}  // namespace kith::directory
