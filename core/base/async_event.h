// SPDX-License-Identifier: GPL-3.0-or-later
// A wake-up that stays set until it is reset. For the strand only: not thread-safe.
#pragma once

#include "core/base/asio.h"

namespace kith {

class AsyncEvent {
  public:
    explicit AsyncEvent(const asio::any_io_executor& executor) : timer_(executor) {
        timer_.expires_at(asio::steady_timer::time_point::max());
    }

    bool is_set() const { return set_; }

    /// Wakes all who wait and lets the next ones through, until reset().
    void set() {
        set_ = true;
        timer_.cancel();
    }

    void reset() { set_ = false; }

    /// Returns at once when set. Spurious wake-ups do not happen. The event must outlive its
    /// waiters.
    [[nodiscard]] Task<> wait() {
        while (!set_) {
            boost::system::error_code ignored;
            co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
    }

    /// Waits for the next pulse() or set().
    [[nodiscard]] Task<> wait_pulse() {
        const auto seen = pulses_;
        while (!set_ && pulses_ == seen) {
            boost::system::error_code ignored;
            co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
    }

    /// Wakes those who are in wait_pulse() now, and nobody later.
    void pulse() {
        ++pulses_;
        timer_.cancel();
    }

  private:
    asio::steady_timer timer_;
    bool set_ = false;
    std::uint64_t pulses_ = 0;
};

}  // namespace kith
