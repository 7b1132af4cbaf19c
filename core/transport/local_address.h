// SPDX-License-Identifier: GPL-3.0-or-later
// An address of this host with the subnet around it.
#pragma once

#include "core/base/endpoint.h"

#include <array>
#include <compare>
#include <cstdint>

namespace kith::transport {

struct LocalAddress {
    /// 16 bytes, IPv4 mapped, as in Endpoint.
    std::array<std::uint8_t, 16> address{};
    /// Leading bits of `address` that name the subnet, 0..128: a /24 of IPv4 is 120.
    unsigned prefix_bits = 128;

    friend auto operator<=>(const LocalAddress&, const LocalAddress&) = default;

    /// Whether `other` is in the subnet of this address.
    bool contains(const Endpoint& other) const;
};

}  // namespace kith::transport
