// SPDX-License-Identifier: GPL-3.0-or-later
// The owner's side of a pick-up: when to poll, how much to take, what to delete where
// (docs/spec/mailbox.md#pickup).
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/mailbox/capability.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace kith::mailbox {

/// Bytes of a complete pick-up from one host, then a pause: a flooding host cannot starve others.
inline constexpr std::uint64_t pickup_budget = std::uint64_t{16} << 20;
inline constexpr Duration pickup_pause = minutes(1);
/// Bytes asked for in one PICKUP: they fit the window of a link.
inline constexpr std::uint32_t pickup_bytes = std::uint32_t{1} << 20;

/// The next poll: 15 min +-30 %. `jitter` in [0, 1).
Duration poll_delay(double jitter);

/// How long end-to-end receipts are gathered before they are left at hosts: 0..30 s.
Duration receipt_delay(double jitter);

/// One host's progress through one complete pick-up. Value type; the cursor is stored by the owner.
class PickupPlan {
  public:
    explicit PickupPlan(std::uint64_t cursor) : cursor_(cursor) {}

    /// Bytes to ask for next; 0: the budget is used up, pause, then begin again at cursor().
    std::uint32_t bytes_to_ask() const;

    /// A batch came. Malformed: its cursor goes back, a place lies outside of it or not rising, or
    /// it brings more than was asked for.
    struct Batch {
        std::vector<std::uint64_t> places;
        std::uint64_t bytes = 0;
        std::uint64_t cursor = 0;
        bool more = false;
    };

    Result<> took(const Batch& batch);

    /// The first envelope that was left where it is (over unread credit): the next pick-up begins
    /// before it.
    void left_behind(std::uint64_t place);

    /// Ended with nothing more: it counts for the judgement of hosts and for prekey deletion.
    bool complete() const { return complete_; }

    /// Where the next pick-up begins.
    std::uint64_t cursor() const { return left_ ? std::min(*left_ - 1, cursor_) : cursor_; }

  private:
    std::uint64_t cursor_;
    std::uint64_t bytes_ = 0;
    std::optional<std::uint64_t> left_;
    bool complete_ = false;
};

/// Small envelopes are deleted at a host only after that host served them, which is what makes it
/// possible to notice a host that lost one; large ones at all hosts at once.
bool delete_everywhere(std::size_t envelope_size);

}  // namespace kith::mailbox
