// SPDX-License-Identifier: GPL-3.0-or-later
// What became of one batch, and those who want to know. For the strand only.
#pragma once

#include "core/base/assert.h"
#include "core/base/async_event.h"
#include "core/base/result.h"

#include <functional>
#include <optional>
#include <vector>

namespace kith::store {

class BatchOutcome {
  public:
    explicit BatchOutcome(const asio::any_io_executor& executor) : done_(executor) {}

    BatchOutcome(const BatchOutcome&) = delete;
    BatchOutcome& operator=(const BatchOutcome&) = delete;

    bool finished() const { return result_.has_value(); }

    /// Requires: finished.
    const Result<>& result() const { return *result_; }

    [[nodiscard]] Task<> wait() { return done_.wait(); }

    /// Requires: not finished.
    void when_finished(std::function<void(const Result<>&)> call) {
        calls_.push_back(std::move(call));
    }

    /// Runs the calls in the order they came, then lets the waiters go. Once.
    void finish(Result<> result) {
        KITH_ASSERT(!finished());
        result_ = std::move(result);
        for (const auto& call : std::exchange(calls_, {}))
            call(*result_);
        done_.set();
    }

  private:
    AsyncEvent done_;
    std::optional<Result<>> result_;
    std::vector<std::function<void(const Result<>&)>> calls_;
};

}  // namespace kith::store
