// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/unit/transport/runner.h"

#include <memory>

namespace kith::transport {

/// An operation of which the test waits for the end later.
template <class T>
class Pending {
  public:
    Pending(Runner& runner, Task<T> task) : runner_(runner), state_(std::make_shared<State>()) {
        asio::co_spawn(runner.io(),
                       std::move(task),
                       [state = state_](const std::exception_ptr& error, T value) {
                           if (error) std::rethrow_exception(error);
                           state->value.emplace(std::move(value));
                       });
    }

    bool done() const { return state_->value.has_value(); }

    T& get() {
        runner_.wait_until([this] { return done(); });
        return *state_->value;
    }

  private:
    struct State {
        std::optional<T> value;
    };

    Runner& runner_;
    std::shared_ptr<State> state_;
};

}  // namespace kith::transport
