// SPDX-License-Identifier: GPL-3.0-or-later
// For work on the strand that can wait: one at a time passes, and between two of them all else that
// is ready, and the network, has its turn. So whoever comes through here in great numbers makes
// others wait for one step of one of them, not for all. First come, first served. For the strand
// only: not thread-safe.
#pragma once

#include "core/base/async_event.h"

#include <deque>
#include <memory>

namespace kith {

class Turnstile {
  public:
    explicit Turnstile(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    Turnstile(const Turnstile&) = delete;
    Turnstile& operator=(const Turnstile&) = delete;

    /// Returns in a later turn of the strand, in which nobody else passes. The turnstile must
    /// outlive its waiters.
    [[nodiscard]] Task<> pass() {
        const auto go = std::make_shared<AsyncEvent>(executor_);
        waiting_.push_back(go);
        if (waiting_.size() == 1) call_next();
        co_await go->wait();
    }

    std::size_t waiting() const { return waiting_.size(); }

  private:
    void call_next() {
        asio::post(executor_, [this] {
            waiting_.front()->set();
            waiting_.pop_front();
            // Behind whoever was let through, and behind all that is ready meanwhile.
            if (!waiting_.empty()) call_next();
        });
    }

    asio::any_io_executor executor_;
    std::deque<std::shared_ptr<AsyncEvent>> waiting_;
};

}  // namespace kith
