// SPDX-License-Identifier: GPL-3.0-or-later
// In which of the last 168 hours this device was up and could be called: what decides whether it
// offers to keep mail for contacts. Value type; the time is an argument.
// Specification: docs/spec/mailbox.md#placement.
#pragma once

#include "core/base/bytes.h"
#include "core/base/time.h"

#include <bitset>
#include <cstdint>

namespace kith::node {

class ReachableHours {
  public:
    static constexpr std::size_t hours_kept = std::size_t{7} * 24;

    /// It could be called in this hour. True: that is news.
    bool note(Timestamp now);

    /// 0..1: of the last seven days. Hours in which it was off, or not asked, count as absent.
    double share(Timestamp now) const;

    /// u64 newest hour since 1970 || 21 bytes, its bit first.
    Bytes encode() const;
    /// Bytes that are none of these are an empty record: it is measured anew.
    static ReachableHours decode(ByteView bytes);

    friend bool operator==(const ReachableHours&, const ReachableHours&) = default;

  private:
    std::uint64_t newest_ = 0;       // hour since 1970
    std::bitset<hours_kept> hours_;  // bit i: the hour newest_ - i
};

}  // namespace kith::node
