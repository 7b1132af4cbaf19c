// SPDX-License-Identifier: GPL-3.0-or-later
// Picks the best record out of what a look-up hears: the highest revision, and of equals the one
// with the larger signature, so that all readers agree. Bounded: whoever stuffs a location with
// junk costs a reader 32 values and 32 KiB, no more.
#pragma once

#include "core/base/bytes.h"
#include "core/directory/slot.h"

#include <array>
#include <functional>
#include <optional>

namespace kith::directory {

/// The full check of a record by its reader: its revision, or nullopt for junk.
using Accept = std::function<std::optional<Revision>(ByteView)>;

/// Called with a record that Accept took and that is better than all before.
using OnRecord = std::function<void(Bytes)>;

class BestRecord {
  public:
    static constexpr std::size_t values_per_slot = 32;
    static constexpr std::size_t bytes_per_slot = std::size_t{32} << 10;

    explicit BestRecord(Accept accept) : accept_(std::move(accept)) {}

    /// A value heard at the slot of this index. True when it is the best so far.
    bool offer(std::size_t index, ByteView data);

    /// The best so far.
    const std::optional<Bytes>& record() const { return record_; }

  private:
    struct Spent {
        std::size_t values = 0;
        std::size_t bytes = 0;
    };

    Accept accept_;
    std::array<Spent, 2> spent_;
    Revision revision_;
    std::optional<Bytes> record_;
};

}  // namespace kith::directory
