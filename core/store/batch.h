// SPDX-License-Identifier: GPL-3.0-or-later
// One batch: the last change of each row, to be written and synced together. A row that changes
// 64 times in a batch (a session under load) is kept, sealed and written once.
//
// Not thread-safe; once handed to the committer nobody changes it until the committer is done,
// while the strand goes on reading it.
#pragma once

#include "core/base/bytes.h"
#include "core/store/arena.h"
#include "core/store/changes.h"

#include <cstdint>
#include <span>
#include <vector>

namespace kith::store {

/// The last change of one row in a batch.
class BatchRow {
  public:
    Table table() const { return Table{id_[0]}; }

    /// Number of the table, then the key: also the key on disk.
    ByteView id() const { return {id_, id_size_}; }

    ByteView key() const { return id().subspan(1); }

    /// Empty when erased.
    ByteView value() const { return {value_, value_size_}; }

    bool erased() const { return erased_; }

  private:
    friend class Batch;

    const std::uint8_t* id_ = nullptr;
    std::uint8_t* value_ = nullptr;
    std::uint32_t id_size_ = 0;
    std::uint32_t value_size_ = 0;
    std::uint32_t value_room_ = 0;
    bool erased_ = false;
};

class Batch {
  public:
    Batch() = default;
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;
    ~Batch() = default;

    void add(const Changes& changes);

    /// nullptr when the batch does not change this row.
    const BatchRow* find(Table table, ByteView key) const;

    /// In the order in which the rows first appeared.
    std::span<const BatchRow> rows() const { return rows_; }

    bool empty() const { return rows_.empty(); }

    /// Changes handed in, replaced ones included.
    std::size_t changes() const { return changes_; }

    /// Memory taken by keys and values, replaced ones included.
    std::size_t bytes() const { return bytes_; }

    /// Wipes keys and values; keeps some memory for the next batch.
    void clear();

  private:
    void add(const Change& change);
    std::uint32_t& slot_of(Table table, ByteView key);
    void grow();

    Arena arena_;
    std::vector<BatchRow> rows_;
    // Open addressing: a place in rows_ plus one, or 0. The size is a power of two.
    std::vector<std::uint32_t> slots_;
    std::size_t last_rows_ = 0;
    std::size_t changes_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace kith::store
