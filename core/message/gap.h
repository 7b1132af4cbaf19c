// SPDX-License-Identifier: GPL-3.0-or-later
// What is missing from one sending device in one conversation. Its shown messages are numbered
// 1, 2, ..; a number that was jumped over is missing until it comes or is given up. So a mailbox
// that swallows a message cannot hide it behind the next one.
//
// Bounded: a sender that jumps wildly costs a fixed amount and hurts only its own view.
// Specification: docs/spec/message.md#gaps.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/message/message_id.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace kith::message {

/// Separate stretches of missing numbers that are remembered. Beyond: the oldest is given up.
inline constexpr std::size_t gap_ranges = 64;

/// Missing numbers first..last, both inclusive.
struct Gap {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    friend bool operator==(const Gap&, const Gap&) = default;
};

class GapTracker {
  public:
    enum class Seen : std::uint8_t {
        Next,    ///< in order
        Ahead,   ///< numbers before it are missing now
        Filled,  ///< was missing
        Known,   ///< not missing: seen before, given up, or 0
    };

    Seen observe(std::uint64_t seq);

    /// The user or the term gave these up: they count as lost.
    void give_up();

    const std::vector<Gap>& missing() const { return missing_; }

    std::uint64_t missing_count() const;

    std::uint64_t highest() const { return highest_; }

    std::uint64_t lost() const { return lost_; }

    Bytes encode() const;
    /// Corrupt: not made by encode().
    static Result<GapTracker> decode(ByteView bytes);

    friend bool operator==(const GapTracker&, const GapTracker&) = default;

  private:
    void give_up_oldest();

    std::uint64_t highest_ = 0;
    std::uint64_t lost_ = 0;
    std::vector<Gap> missing_;  // ascending, not touching
};

/// Those of a message's parents that `known` does not know.
std::vector<MessageId> unknown_parents(std::span<const MessageId> parents,
                                       const std::function<bool(const MessageId&)>& known);

}  // namespace kith::message
