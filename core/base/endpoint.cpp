// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>

namespace kith {
namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

bool Endpoint::is_v4() const {
    return std::equal(v4_prefix.begin(), v4_prefix.end(), address.begin());
}

bool Endpoint::is_loopback() const {
    if (is_v4()) return address[12] == 127;
    return std::all_of(address.begin(), address.end() - 1, [](auto byte) { return byte == 0; }) &&
           address[15] == 1;
}

bool Endpoint::is_private() const {
    if (is_loopback()) return true;
    if (is_v4()) {
        const auto a = address[12];
        const auto b = address[13];
        return a == 10 || (a == 172 && (b & 0xf0) == 16) || (a == 192 && b == 168) ||
               (a == 169 && b == 254) || (a == 100 && (b & 0xc0) == 64);
    }
    return (address[0] & 0xfe) == 0xfc || (address[0] == 0xfe && (address[1] & 0xc0) == 0x80);
}

bool Endpoint::is_unspecified() const {
    if (port == 0) return true;
    const std::size_t from = is_v4() ? 12 : 0;
    return std::all_of(address.begin() + static_cast<std::ptrdiff_t>(from),
                       address.end(),
                       [](auto byte) { return byte == 0; });
}

std::array<std::uint8_t, endpoint_size> Endpoint::to_wire() const {
    std::array<std::uint8_t, endpoint_size> out{};
    std::copy(address.begin(), address.end(), out.begin());
    out[16] = static_cast<std::uint8_t>(port >> 8);
    out[17] = static_cast<std::uint8_t>(port);
    return out;
}

Endpoint Endpoint::from_wire(ByteView wire) {
    Endpoint out;
    std::copy_n(wire.begin(), 16, out.address.begin());
    out.port = read_be<std::uint16_t>(wire.subspan(16, 2));
    return out;
}

Endpoint Endpoint::v4(
    std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint16_t port) {
    Endpoint out;
    std::copy(v4_prefix.begin(), v4_prefix.end(), out.address.begin());
    out.address[12] = a;
    out.address[13] = b;
    out.address[14] = c;
    out.address[15] = d;
    out.port = port;
    return out;
}

std::string to_string(const Endpoint& endpoint) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (endpoint.is_v4()) {
        inet_ntop(AF_INET, endpoint.address.data() + 12, text.data(), text.size());
        return fmt::format("{}:{}", text.data(), endpoint.port);
    }
    inet_ntop(AF_INET6, endpoint.address.data(), text.data(), text.size());
    return fmt::format("[{}]:{}", text.data(), endpoint.port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || text.size() > INET6_ADDRSTRLEN + 8) {
        return fail(Code::Malformed, "an address is written HOST:PORT or [IPv6]:PORT");
    }
    Endpoint out;
    const std::string_view port = text.substr(colon + 1);
    const auto parsed = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size() || port.empty()) {
        return fail(Code::Malformed, "the port is not a number from 0 to 65535");
    }
    std::string host(text.substr(0, colon));
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        if (inet_pton(AF_INET6, host.c_str(), out.address.data()) == 1) return out;
    } else {
        std::copy(v4_prefix.begin(), v4_prefix.end(), out.address.begin());
        if (inet_pton(AF_INET, host.c_str(), out.address.data() + 12) == 1) return out;
    }
    return fail(Code::Malformed, "not a numeric address");
}

NetworkPrefix prefix_of(const Endpoint& endpoint) {
    NetworkPrefix out{};
    const std::size_t keep = endpoint.is_v4() ? 15 : 8;
    std::copy_n(endpoint.address.begin(), keep, out.begin());
    return out;
}

}  // namespace kith
