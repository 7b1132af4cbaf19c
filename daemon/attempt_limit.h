// SPDX-License-Identifier: GPL-3.0-or-later
// Slows down whoever guesses passphrases: three tries, then a minute of silence.
#pragma once

#include "core/base/time.h"

namespace kith::daemon {

/// Value type; the time is an argument.
class AttemptLimit {
  public:
    static constexpr int tries = 3;
    static constexpr Duration pause = seconds(60);

    /// How long until a try is looked at; zero: now.
    Duration wait(SteadyTime now) const {
        return left_ > 0 || now >= until_ ? Duration::zero() : until_ - now;
    }

    /// Tries that are left before the next pause.
    int failed(SteadyTime now) {
        if (left_ == 0) left_ = tries;  // the pause is over
        if (--left_ == 0) until_ = now + pause;
        return left_;
    }

    void succeeded() { left_ = tries; }

  private:
    int left_ = tries;
    SteadyTime until_{};
};

}  // namespace kith::daemon
