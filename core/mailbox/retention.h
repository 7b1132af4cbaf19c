// SPDX-License-Identifier: GPL-3.0-or-later
// What expires when: time to live of a deposit, tombstones, and the rule that a step of the wall
// clock makes nothing expire.
//
// Requests carry no times, only durations; the host's wall clock alone decides, and while it cannot
// be trusted nothing goes. Specification: docs/spec/mailbox.md#retention.
#pragma once

#include "core/base/time.h"
#include "core/mailbox/lease.h"

#include <cstdint>
#include <optional>

namespace kith::mailbox {

/// How long a host remembers that an envelope was collected or expired: longer than any sender
/// repeats a deposit of it.
inline constexpr Duration tombstone_term = days(21);
/// Nothing expires for this long after a step of the wall clock, or after the start.
inline constexpr Duration step_pause = minutes(10);
/// How often a host looks for what has expired, and how many rows it drops in one batch.
inline constexpr Duration sweep_interval = minutes(10);
inline constexpr std::size_t sweep_rows = 1000;

/// How long a deposit is kept, and how long the receipt promises.
struct Term {
    Timestamp expires;
    Timestamp promised;  ///< `expires` for contacts, an hour for strangers
};

/// nullopt: the time asked for is too short or longer than this class gives (REFUSE ttl).
std::optional<Term> term_of(LeaseClass lease_class,
                            bool stranger,
                            std::uint32_t ttl_seconds,
                            Timestamp now);

/// Says whether anything may expire now. Sees both clocks; they must advance together.
class ExpiryGate {
  public:
    /// The time between two calls is taken as it passed on the steady clock. `sane`: the wall clock
    /// agrees with that of the peers, as far as they are known.
    bool open(SteadyTime steady, Timestamp wall, bool sane);

  private:
    std::optional<SteadyTime> steady_;
    Timestamp wall_{};
    SteadyTime quiet_until_{};
};

}  // namespace kith::mailbox
