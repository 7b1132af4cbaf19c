// SPDX-License-Identifier: GPL-3.0-or-later
// Puts and deletes that stand or fall together. Values are plaintext: the store seals them.
//
// Records lie one behind the other in one block of memory, so that a producer of small rows
// allocates once, not once a row. The block is wiped when it goes: values hold ratchet state.
#pragma once

#include "core/base/bytes.h"
#include "core/store/schema.h"

#include <cstddef>
#include <utility>

namespace kith::store {

/// One put or delete. The views live as long as their Changes stays unchanged.
struct Change {
    Table table;
    ByteView key;
    /// Empty for a delete.
    ByteView value;
    bool erase = false;
};

class Changes {
  public:
    Changes() = default;
    Changes(Changes&& other) noexcept;
    Changes& operator=(Changes&& other) noexcept;
    Changes(const Changes&) = delete;
    Changes& operator=(const Changes&) = delete;
    ~Changes();

    /// Copies key and value. A later change of the same row replaces an earlier one.
    /// Requires: key.size() <= max_key, value.size() <= max_value.
    void put(Table table, ByteView key, ByteView value);
    void erase(Table table, ByteView key);
    /// Takes over all of `other`, behind what is here.
    void append(const Changes& other);

    /// Empty again; what was there is wiped, the memory kept.
    void clear();

    /// Room for `bytes` more without another allocation.
    void reserve(std::size_t bytes);

    bool empty() const { return count_ == 0; }

    /// Records, replaced ones included.
    std::size_t size() const { return count_; }

    /// Keys and values together.
    std::size_t bytes() const { return records_.size(); }

    /// Calls `visit(const Change&)` for each record in the order of the calls above.
    template <class Visit>
    void for_each(Visit&& visit) const {
        ByteView rest = records_;
        while (!rest.empty()) {
            std::size_t taken = 0;
            const Change change = next(rest, taken);
            rest = rest.subspan(taken);
            visit(change);
        }
    }

    static constexpr std::size_t max_key = 255;
    static constexpr std::size_t max_value = (std::size_t{1} << 24) - 1;

  private:
    static Change next(ByteView records, std::size_t& taken);
    void add(Table table, ByteView key, ByteView value, bool erase);
    void wipe();

    Bytes records_;
    std::size_t count_ = 0;
};

}  // namespace kith::store
