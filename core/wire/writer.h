// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the one canonical msgpack form that the reader accepts (docs/spec/wire.md).
//
// The writer trusts its caller: counts must match what follows, and keys must come in the order of
// the specification. Each codec is tested against its own decoder, which would refuse otherwise.
#pragma once

#include "core/base/bytes.h"

#include <cstdint>
#include <string_view>

namespace kith::wire {

/// Appends to a buffer of the caller. All calls chain: `out.map(2).key(1).uint(n).key(2).bin(b)`.
class Writer {
  public:
    /// `out` must outlive the writer.
    explicit Writer(Bytes& out) : out_(out) {}

    Writer& uint(std::uint64_t value);
    Writer& boolean(bool value);
    Writer& nil();
    /// At most 2^32 - 1 bytes, as for text().
    Writer& bin(ByteView bytes);
    Writer& text(std::string_view text);
    /// Opens an array; its items follow.
    Writer& array(std::size_t count);
    /// Opens a map; `pairs` keys and values follow.
    Writer& map(std::size_t pairs);

    Writer& key(std::uint8_t key) { return uint(key); }

    Writer& key(std::string_view key) { return text(key); }

    /// A value that is encoded already.
    Writer& raw(ByteView encoded);

  private:
    Bytes& out_;
};

}  // namespace kith::wire
