// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/batch.h"

#include "core/base/assert.h"
#include "core/base/limits.h"

#include <bit>
#include <cstring>

namespace kith::store {

namespace {

// Rows for which memory is kept from one batch to the next: a full batch under load, 0.3 MB.
constexpr std::size_t kept_rows = std::size_t{2} * limits::batch_changes;
constexpr std::size_t smallest_table = 64;

std::size_t hash(Table table, ByteView key) {
    return ByteHash{}(key) + std::size_t{static_cast<std::uint8_t>(table)} * 0x9e3779b97f4a7c15U;
}

void copy(ByteView from, std::uint8_t* to) {
    if (!from.empty()) std::memcpy(to, from.data(), from.size());
}

}  // namespace

void Batch::add(const Changes& changes) {
    changes.for_each([this](const Change& change) { add(change); });
}

void Batch::add(const Change& change) {
    if ((rows_.size() + 1) * 2 > slots_.size()) grow();
    ++changes_;
    std::uint32_t& slot = slot_of(change.table, change.key);
    if (slot == 0) {
        const MutableByteView id = arena_.take(1 + change.key.size());
        id[0] = static_cast<std::uint8_t>(change.table);
        copy(change.key, id.data() + 1);
        BatchRow& row = rows_.emplace_back();
        row.id_ = id.data();
        row.id_size_ = static_cast<std::uint32_t>(id.size());
        bytes_ += id.size();
        slot = static_cast<std::uint32_t>(rows_.size());
    }
    BatchRow& row = rows_[slot - 1];
    row.erased_ = change.erase;
    const auto size = static_cast<std::uint32_t>(change.value.size());
    if (size > row.value_room_) {
        row.value_ = arena_.take(size).data();
        row.value_room_ = size;
        bytes_ += size;
    }
    copy(change.value, row.value_);
    row.value_size_ = size;
}

const BatchRow* Batch::find(Table table, ByteView key) const {
    if (slots_.empty()) return nullptr;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash(table, key) & mask;; at = (at + 1) & mask) {
        if (slots_[at] == 0) return nullptr;
        const BatchRow& row = rows_[slots_[at] - 1];
        if (row.table() == table && equal(row.key(), key)) return &row;
    }
}

std::uint32_t& Batch::slot_of(Table table, ByteView key) {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash(table, key) & mask;; at = (at + 1) & mask) {
        if (slots_[at] == 0) return slots_[at];
        const BatchRow& row = rows_[slots_[at] - 1];
        if (row.table() == table && equal(row.key(), key)) return slots_[at];
    }
}

void Batch::grow() {
    // The next batch is probably about as large as the last one.
    const std::size_t size = slots_.empty() ? std::bit_ceil(last_rows_ * 2 + 2) : slots_.size() * 2;
    slots_.assign(std::max(smallest_table, size), 0);
    for (std::size_t i = 0; i < rows_.size(); ++i)
        slot_of(rows_[i].table(), rows_[i].key()) = static_cast<std::uint32_t>(i + 1);
}

void Batch::clear() {
    arena_.reset();
    last_rows_ = std::min(rows_.size(), kept_rows);
    rows_.clear();
    slots_.clear();
    if (rows_.capacity() > kept_rows) {
        rows_.shrink_to_fit();
        slots_.shrink_to_fit();
    }
    changes_ = 0;
    bytes_ = 0;
}

}  // namespace kith::store
