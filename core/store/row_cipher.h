// SPDX-License-Identifier: GPL-3.0-or-later
// Which key seals which table, and how row keys hide what they stand for. Holds keys derived from
// the master key, not the master key. Immutable, so strand and committer use one object.
//
//   row key of a table = KDF("table", 0^32, MK, name, 32); of an erasable one: erasure.h
//   index(table, id)   = MAC(KDF("index", 0^32, MK, name, 32), id)[:16]
//
// Specification: docs/spec/store.md#rows.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/kdf.h"
#include "core/crypto/keys.h"
#include "core/store/erasure.h"
#include "core/store/schema.h"
#include "core/store/store.h"

#include <array>
#include <memory>
#include <optional>

namespace kith::store {

class RowCipher {
  public:
    explicit RowCipher(const crypto::MasterKey& master);

    Index index(Table table, ByteView id) const;

    /// Writes the sealed row to `out`, replacing what was there. The nonce must be fresh.
    void seal(const ErasureKeys& erasure,
              Table table,
              ByteView key,
              const crypto::AeadNonce& nonce,
              ByteView value,
              Bytes& out) const {
        seal_as(info(table).schema, erasure, table, key, nonce, value, out);
    }

    /// Corrupt: the row was not sealed here, for this place, or its generation is erased.
    Result<Bytes> open(const ErasureKeys& erasure, Table table, ByteView key, ByteView row) const {
        return open_as(info(table).schema, erasure, table, key, row);
    }

    /// The same for a row of another schema: for migration only.
    void seal_as(std::uint8_t schema,
                 const ErasureKeys& erasure,
                 Table table,
                 ByteView key,
                 const crypto::AeadNonce& nonce,
                 ByteView value,
                 Bytes& out) const;
    Result<Bytes> open_as(std::uint8_t schema,
                          const ErasureKeys& erasure,
                          Table table,
                          ByteView key,
                          ByteView row) const;

  private:
    struct TableKeys {
        std::optional<crypto::RowKey> row;  // none for erasable tables
        std::optional<crypto::HmacKey> index;
    };

    const TableKeys& keys_of(Table table) const;

    std::array<TableKeys, table_numbers> keys_;
};

/// The row key that most tables use: an index, then a number in order.
Bytes row_key(const Index& index, std::uint64_t order);

/// Nonces of one batch: a random start, then counted, so that a batch costs one draw. Two batches
/// could meet only if 16 random bytes came twice.
class NonceCounter {
  public:
    explicit NonceCounter(const crypto::AeadNonce& start) : next_(start) {}

    crypto::AeadNonce take();

  private:
    crypto::AeadNonce next_;
};

}  // namespace kith::store
