// SPDX-License-Identifier: GPL-3.0-or-later
// The owner of child coroutines: nothing in kith is detached without one. A service closes what
// its children wait for, then awaits join(). For the strand only.
#pragma once

#include "core/base/assert.h"
#include "core/base/async_event.h"

#include <utility>

namespace kith {

class AsyncScope {
  public:
    explicit AsyncScope(asio::any_io_executor executor) : executor_(executor), empty_(executor) {
        empty_.set();
    }

    AsyncScope(const AsyncScope&) = delete;
    AsyncScope& operator=(const AsyncScope&) = delete;
    /// Requires: joined, or the io_context has stopped for good and no Guest lives.
    ~AsyncScope() = default;

    const asio::any_io_executor& executor() const { return executor_; }

    std::size_t size() const { return running_; }

    /// Counts as a child while it lives: for work that ends in a callback.
    class Guest {
      public:
        explicit Guest(AsyncScope& scope) : scope_(&scope) { scope.enter(); }

        Guest(Guest&& other) noexcept : scope_(std::exchange(other.scope_, nullptr)) {}

        Guest(const Guest&) = delete;
        Guest& operator=(const Guest&) = delete;
        Guest& operator=(Guest&&) = delete;

        ~Guest() {
            if (scope_ != nullptr) scope_->leave();
        }

      private:
        AsyncScope* scope_;
    };

    /// Starts a child. Its captures and arguments must live until join() has returned. An
    /// exception that leaves it is a bug and ends the process.
    void spawn(Task<> child) {
        enter();
        asio::co_spawn(executor_, std::move(child), [this](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
            leave();
        });
    }

    /// Waits until every child has ended, those spawned meanwhile included.
    [[nodiscard]] Task<> join() { return empty_.wait(); }

  private:
    void enter() {
        ++running_;
        empty_.reset();
    }

    void leave() {
        if (--running_ == 0) empty_.set();
    }

    asio::any_io_executor executor_;
    std::size_t running_ = 0;
    AsyncEvent empty_;
};

}  // namespace kith
