// SPDX-License-Identifier: GPL-3.0-or-later
// BLAKE2b-256 (RFC 7693) over labelled, length-prefixed parts, and SHA-512 (FIPS 180-4).
//
//   HL(l, x1..xn) = BLAKE2b-256( "kith1/" || l || 0x00 || LP(x1) || .. || LP(xn) )
//
// where LP(x) = u32 length || x. Integers are parts of a fixed width: be_bytes<std::uint64_t>(e).
// Specification: docs/spec/crypto.md#conventions.
#pragma once

#include "core/base/bytes.h"
#include "core/crypto/keys.h"
#include "core/crypto/label.h"

#include <array>
#include <span>

namespace kith::crypto {

/// Incremental BLAKE2b with 32 bytes of output and no key. For labelled hashes use LabelHash.
class Blake2b {
  public:
    Blake2b();
    Blake2b(const Blake2b&) = delete;
    Blake2b& operator=(const Blake2b&) = delete;
    ~Blake2b();

    Blake2b& update(ByteView bytes);
    /// Ends the hash; the object must not be used afterwards.
    Hash32 finish();

  private:
    // libsodium's state, which its own header wants at this alignment.
    alignas(64) std::array<std::uint8_t, 384> state_;
};

/// Incremental HL: one add() for each part, in order.
class LabelHash {
  public:
    explicit LabelHash(Label label);

    /// Requires: part.size() < 2^32.
    LabelHash& add(ByteView part);
    /// Ends the hash; the object must not be used afterwards.
    Hash32 finish();

  private:
    Blake2b hash_;
};

Hash32 hash_parts(Label label, std::span<const ByteView> parts);

/// HL(label, parts...).
template <class... Parts>
Hash32 hash(Label label, const Parts&... parts) {
    const std::array<ByteView, sizeof...(Parts)> views{ByteView(parts)...};
    return hash_parts(label, views);
}

/// The first bytes of HL as an id: `hash_as<DeviceId>(Label::Did, ak, dsk, dxk)`.
template <class Id, class... Parts>
Id hash_as(Label label, const Parts&... parts) {
    static_assert(Id::size_bytes <= 32);
    return Id::copy_of(hash(label, parts...));
}

/// SHA-512 of the concatenated parts. The result may depend on secrets: the caller wipes it.
Hash64 sha512_parts(std::span<const ByteView> parts);

template <class... Parts>
Hash64 sha512(const Parts&... parts) {
    const std::array<ByteView, sizeof...(Parts)> views{ByteView(parts)...};
    return sha512_parts(views);
}

}  // namespace kith::crypto
