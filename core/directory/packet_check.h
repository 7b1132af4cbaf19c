// SPDX-License-Identifier: GPL-3.0-or-later
// A walk over an opened packet before OpenDHT sees it. OpenDHT unpacks msgpack without limits (one
// packet of 60 KB made it reserve 393 GB of address space) and takes shapes on trust (a request
// that is a byte string instead of a map is read as one, and the process dies). What passes here is
// small, and each key that OpenDHT knows holds what OpenDHT expects.
//
// The walk also tells which value types a packet speaks of, so that a type which nobody registered
// can be registered as refused before the packet is handed on: a value of an unknown type that sat
// at our key first would otherwise shut out the honest record.
//
// Allocates nothing. Specification: docs/spec/directory.md#packets.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <span>

namespace kith::directory {

/// Real packets: 6 levels, 10 items, strings of 594 bytes. Beyond: refused.
inline constexpr std::size_t packet_depth = 8;
inline constexpr std::size_t packet_items = 64;
inline constexpr std::size_t packet_string = 1200;

/// The types of the values in a packet.
class ValueTypes {
  public:
    std::span<const std::uint16_t> ids() const { return std::span(ids_).first(count_); }

  private:
    friend class PacketWalk;
    std::array<std::uint16_t, packet_items> ids_{};
    std::size_t count_ = 0;
};

/// Malformed: too deep, too wide, cut off, trailing bytes, a key that holds something of another
/// kind than it should, or what kith nodes never send: parts of large values, values that are
/// signed or sealed by OpenDHT. Keys that are unknown may hold a number or a string, for versions
/// to come; inside a value there are none.
Result<ValueTypes> check_packet(ByteView packet);

}  // namespace kith::directory
