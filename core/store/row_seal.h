// SPDX-License-Identifier: GPL-3.0-or-later
// The two forms of a sealed row, as bytes:
//
//   row          = nonce 24 || AEAD(row key, nonce, u8 schema || LP(table) || LP(key), value)
//   erasable row = u32 g || nonce 24 || AEAD(row key of g, nonce, u32 g || the same, value)
//
// Table, schema and row key are bound: a row cannot move between them.
// Specification: docs/spec/store.md#rows.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/aead.h"
#include "core/crypto/keys.h"

#include <cstdint>
#include <string_view>

namespace kith::store {

/// Where a row lies. The name is at most 32 bytes, the key at most 255.
struct RowPlace {
    std::uint8_t schema = 0;
    std::string_view table;
    ByteView key;
};

inline constexpr std::size_t row_overhead = 24 + crypto::aead_overhead;
inline constexpr std::size_t erasable_overhead = 4 + row_overhead;

/// Writes the sealed row to `out`, replacing what was there.
void seal_row(const crypto::RowKey& key,
              const RowPlace& place,
              const crypto::AeadNonce& nonce,
              ByteView value,
              Bytes& out);

/// Malformed: shorter than row_overhead. DecryptFailed: not sealed with this key for this place.
Result<Bytes> open_row(const crypto::RowKey& key, const RowPlace& place, ByteView row);

/// As seal_row, under the row key of generation `g`.
void seal_erasable_row(const crypto::RowKey& key,
                       std::uint32_t g,
                       const RowPlace& place,
                       const crypto::AeadNonce& nonce,
                       ByteView value,
                       Bytes& out);

/// The generation an erasable row was sealed under. Malformed: shorter than erasable_overhead.
Result<std::uint32_t> generation_of(ByteView row);

/// As open_row, with the key of generation_of(row).
Result<Bytes> open_erasable_row(const crypto::RowKey& key, const RowPlace& place, ByteView row);

}  // namespace kith::store
