// SPDX-License-Identifier: GPL-3.0-or-later
// A walk over an opened packet before OpenDHT sees it. OpenDHT unpacks msgpack without limits (one
// packet of 60 KB made it reserve 393 GB of address space) and trusts some shapes (an empty error
// list is read out of bounds). What passes here is small, flat and exact.
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

/// Real packets: 6 levels, 6 items, strings of 594 bytes. Beyond: refused.
inline constexpr std::size_t packet_depth = 8;
inline constexpr std::size_t packet_items = 64;
inline constexpr std::size_t packet_string = 1200;

/// The numbers that stand under a key "type" anywhere in a packet.
class ValueTypes {
  public:
    std::span<const std::uint16_t> ids() const { return std::span(ids_).first(count_); }

  private:
    friend class PacketWalk;
    std::array<std::uint16_t, packet_items> ids_{};
    std::size_t count_ = 0;
};

/// Malformed: too deep, too wide, cut off, trailing bytes, or a shape that kith nodes never send:
/// parts of large values, values with an owner, empty error or field lists.
Result<ValueTypes> check_packet(ByteView packet);

}  // namespace kith::directory
