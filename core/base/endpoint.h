// SPDX-License-Identifier: GPL-3.0-or-later
// An IP address and port, TCP and UDP alike. The address is always 16 bytes, IPv4 as
// ::ffff:a.b.c.d (RFC 4291 2.5.5.2), which is also its form on the wire.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kith {

/// The wire form `addr`: 16 address bytes, then the port, big-endian. 18 bytes.
inline constexpr std::size_t endpoint_size = 18;

struct Endpoint {
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;

    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;

    bool is_v4() const;
    bool is_loopback() const;
    /// RFC 1918, RFC 4193, link-local and loopback: not reachable from everywhere.
    bool is_private() const;
    /// All zero, or port 0.
    bool is_unspecified() const;

    std::array<std::uint8_t, endpoint_size> to_wire() const;
    /// Requires: wire.size() >= endpoint_size.
    static Endpoint from_wire(ByteView wire);
    static Endpoint v4(
        std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint16_t port);
};

/// For unordered containers, which are bounded: whoever sends can choose addresses.
struct EndpointHash {
    std::size_t operator()(const Endpoint& endpoint) const {
        // Far apart, so that the ports of one address are.
        return ByteHash{}(endpoint.address) + std::size_t{endpoint.port} * 0x9E3779B97F4A7C15;
    }
};

/// "203.0.113.7:4222", "[2001:db8::1]:4222".
std::string to_string(const Endpoint& endpoint);

/// Numeric addresses only; names are resolved elsewhere. Malformed otherwise.
Result<Endpoint> parse_endpoint(std::string_view text);

/// What sources are counted by: /24 of IPv4, /64 of IPv6, as the leading address bytes.
using NetworkPrefix = std::array<std::uint8_t, 16>;
NetworkPrefix prefix_of(const Endpoint& endpoint);

}  // namespace kith
