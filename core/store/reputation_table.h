// SPDX-License-Identifier: GPL-3.0-or-later
// What was seen of peers, and up to when time was believed.
//
//   Table::Reputation  0x00                             wall time, u64 microseconds
//                      0x01 || index(u8 context || id)  a record (core/reputation/record_codec.cpp)
//                      0x02 ..                          the desk of strangers
//
// Never exported: it describes other people. Specification: docs/spec/reputation.md#storage.
#pragma once

#include "core/reputation/record.h"
#include "core/store/store.h"

#include <functional>
#include <optional>

namespace kith::store {

class ReputationTable {
  public:
    explicit ReputationTable(const Store& store) : store_(store) {}

    /// Where the record of this peer lies: 17 bytes.
    Bytes key_of(reputation::Context context, ByteView id) const;

    /// nullopt: nothing was seen. Corrupt, UnsupportedVersion.
    Result<std::optional<reputation::Record>> find(ByteView key) const;
    void put(Changes& changes, ByteView key, const reputation::Record& record) const;
    void erase(Changes& changes, ByteView key) const;

    /// Records there are.
    Result<std::size_t> count() const;

    /// Walks at most `limit` records in the order of keys, from behind `after` (empty: from the
    /// first); gives the key of the last one, empty at the end. Rows that cannot be read are passed
    /// by with nullptr.
    using Visit = std::function<void(ByteView key, const reputation::Record* record)>;
    Result<Bytes> walk(ByteView after, std::size_t limit, const Visit& visit) const;

    /// Up to when time was believed; nullopt: never written.
    Result<std::optional<Timestamp>> believed() const;
    void put_believed(Changes& changes, Timestamp time) const;

  private:
    const Store& store_;
};

}  // namespace kith::store
