// SPDX-License-Identifier: GPL-3.0-or-later
// What we think of a mailbox host: a score of its own acts, and the loss detector.
//
// A host is judged by its own signature only; nobody's word is taken. The score of a contact's host
// never touches its score as a contact. Specification: docs/spec/reputation.md#hosts.
#pragma once

#include "core/reputation/loss_detector.h"
#include "core/reputation/record.h"

namespace kith::reputation {

/// Value type, one for each box_id.
class HostScore {
  public:
    /// Below it another host is chosen.
    static constexpr double leave_below = 0.35;
    /// Every host keeps this chance of being chosen, so that a score can recover.
    static constexpr double least_weight = 0.05;

    explicit HostScore(Timestamp now) : record_(Context::Host, now) {}

    /// An act of the host: Event::Kept to Event::StaleRecord. Kept and Lost feed the detector too.
    /// Requires: for Lost, a receipt of the host that proves it.
    void observe(Event event, Timestamp now);

    /// S_box = (r + 2) / (r + s + 3): 0.67 of an unknown host.
    double score(Timestamp now) const { return record_.raw(now); }

    /// Weight in the choice of a host: its score, at least least_weight.
    double weight(Timestamp now) const;

    /// Score too low or losses too close together: choose another host, then leave this one.
    bool should_leave(Timestamp now) const;

    const LossDetector& losses() const { return losses_; }

    const Record& record() const { return record_; }

    /// For the store, versioned.
    Bytes encode() const;
    /// Corrupt: not made by encode(). UnsupportedVersion: of a newer kith.
    static Result<HostScore> decode(ByteView row);

    friend bool operator==(const HostScore&, const HostScore&) = default;

  private:
    Record record_;
    LossDetector losses_;
};

}  // namespace kith::reputation
