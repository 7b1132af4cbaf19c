// SPDX-License-Identifier: GPL-3.0-or-later
// How often a host answered when it was asked: the share of polls of the last 14 days. A host that
// was never asked counts 0.5 (docs/spec/mailbox.md#availability).
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"

#include <array>
#include <cstdint>

namespace kith::mailbox {

class Availability {
  public:
    static constexpr std::size_t window_days = 14;

    void record(bool answered, Timestamp now);

    /// 0..1. One answered and one missed poll are assumed, so a few polls do not decide.
    double share(Timestamp now) const;

    /// Since when it is measured; zero when it never was.
    Duration observed(Timestamp now) const;

    /// The last poll that was answered; the epoch of the clock when none was.
    Timestamp last_answer() const { return last_answer_; }

    Timestamp first_poll() const { return first_poll_; }

    Bytes encode() const;
    static Result<Availability> decode(ByteView bytes);

    friend bool operator==(const Availability&, const Availability&) = default;

  private:
    struct Day {
        std::uint32_t day = 0;  // number since 1970
        std::uint16_t asked = 0;
        std::uint16_t answered = 0;

        friend bool operator==(const Day&, const Day&) = default;
    };

    std::array<Day, window_days> days_{};
    Timestamp first_poll_{};
    Timestamp last_answer_{};
};

}  // namespace kith::mailbox
