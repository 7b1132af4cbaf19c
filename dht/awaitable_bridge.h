// SPDX-License-Identifier: GPL-3.0-or-later
// One callback to one coroutine, completed exactly once. OpenDHT calls back inside the call that
// installs the callback, later, twice, or not at all; a coroutine that waits here sees one result,
// always on the strand and never inside OpenDHT.
#pragma once

#include "core/base/clock.h"

#include <functional>
#include <memory>
#include <optional>

namespace kith::dht {

template <class T>
class AwaitableBridge {
  public:
    explicit AwaitableBridge(const asio::any_io_executor& executor)
        : state_(std::make_shared<State>(executor)) {}

    /// Hand this out once; copies count as one. When the last copy goes uncalled, the waiter gets
    /// nullopt.
    std::function<void(T)> callback() {
        return [ticket = std::make_shared<Ticket>(state_)](T value) {
            ticket->settle(std::optional<T>(std::move(value)));
        };
    }

    /// The result, or nullopt: dropped uncalled, or nothing until `deadline`. After the latter it
    /// one may wait again.
    [[nodiscard]] Task<std::optional<T>> wait(Clock& clock, SteadyTime deadline) {
        const auto state = state_;
        bool late = false;
        const Alarm alarm = clock.call_at(deadline, [state, &late] {
            late = true;
            state->ready.pulse();
        });
        while (!state->ready.is_set() && !late)
            co_await state->ready.wait_pulse();
        co_return state->value;
    }

    /// Whether there is nothing more to wait for.
    bool settled() const { return state_->ready.is_set(); }

  private:
    // Shared by the waiter and the callback, either of which may go first.
    struct State {
        explicit State(const asio::any_io_executor& where) : executor(where), ready(where) {}

        asio::any_io_executor executor;
        AsyncEvent ready;
        std::optional<T> value;
    };

    struct Ticket {
        explicit Ticket(std::shared_ptr<State> to) : state(std::move(to)) {}

        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;

        ~Ticket() { settle(std::nullopt); }

        void settle(std::optional<T> value) {
            const auto to = std::move(state);
            if (!to) return;
            asio::post(to->executor, [to, value = std::move(value)]() mutable {
                if (!to->ready.is_set()) to->value = std::move(value);
                to->ready.set();
            });
        }

        std::shared_ptr<State> state;  // empty once settled
    };

    std::shared_ptr<State> state_;
};

}  // namespace kith::dht
