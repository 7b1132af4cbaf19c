// SPDX-License-Identifier: GPL-3.0-or-later
// How often this device may ask one peer device for a new session: once an hour, then after 2, 4 ..
// 24 hours, so that nobody can make two devices shake hands for ever. A quiet day starts afresh.
// Specification: docs/spec/session.md#loss.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"

#include <optional>

namespace kith::session {

inline constexpr Duration reset_first_wait = hours(1);
inline constexpr Duration reset_longest_wait = hours(24);

class ResetPolicy {
  public:
    bool allowed(Timestamp now) const;

    /// When the next reset is allowed; nullopt: at once.
    std::optional<Timestamp> next() const;

    /// A reset was sent. Requires: allowed(now).
    void record(Timestamp now);

    Timestamp last() const { return last_; }

    Duration wait() const { return wait_; }

    /// From a stored row.
    static ResetPolicy restore(Timestamp last, Duration wait);

    friend bool operator==(const ResetPolicy&, const ResetPolicy&) = default;

  private:
    Timestamp last_{};
    Duration wait_{0};  // zero: never
};

/// Why a new session is due.
enum class ResetCause {
    None,
    NothingOpens,  ///< a mac verified, but no key opens the message
    PrekeyGone,    ///< an INIT names a prekey that was deleted
    NoReceipts,    ///< nothing receipted although the peer is about
    StateLost,     ///< this device was restored from an older copy
    NeverAnswered,
};

/// A sender's side of it: unreceipted for this long, or this many, while the peer's beacons are
/// fresh.
inline constexpr Duration receipt_patience = days(3);
inline constexpr std::uint32_t receipt_patience_messages = 50;

/// NoReceipts if a new session should be tried.
ResetCause judge_silence(Timestamp oldest_unreceipted,
                         std::uint32_t unreceipted,
                         bool beacons_fresh,
                         Timestamp now);

}  // namespace kith::session
