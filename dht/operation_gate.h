// SPDX-License-Identifier: GPL-3.0-or-later
// How many directory operations run at once. OpenDHT keeps a search for each key and, with very
// many of them, may loop without end; what does not fit waits its turn, what cannot wait is Busy.
// A node that rests is woken before an operation begins.
#pragma once

#include "core/base/async_event.h"
#include "core/base/result.h"

#include <functional>
#include <utility>

namespace kith::dht {

class OperationGate {
  public:
    /// The right to run, given back when it goes. Move-only; must not outlive the gate.
    class Pass {
      public:
        explicit Pass(OperationGate& gate) : gate_(&gate) {}

        Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}

        Pass& operator=(Pass&&) = delete;

        ~Pass() {
            if (gate_ != nullptr) gate_->leave();
        }

      private:
        OperationGate* gate_;
    };

    /// `ready` ends when operations can begin; called by each that may run.
    OperationGate(const asio::any_io_executor& executor,
                  std::size_t running,
                  std::size_t waiting,
                  std::function<Task<>()> ready = {})
        : most_running_(running),
          most_waiting_(waiting),
          ready_(std::move(ready)),
          room_(executor) {}

    /// Waits for room. Busy: too many wait already. Cancelled: the gate was closed.
    [[nodiscard]] Task<Result<Pass>> enter() {
        if (running_ >= most_running_ && waiting_ >= most_waiting_) {
            co_return fail(Code::Busy, "too many directory operations");
        }
        ++waiting_;
        while (running_ >= most_running_ && !closed_)
            co_await room_.wait_pulse();
        --waiting_;
        if (closed_) co_return fail(Code::Cancelled);
        ++running_;
        Pass pass(*this);
        if (ready_) co_await ready_();
        if (closed_) co_return fail(Code::Cancelled);
        co_return pass;
    }

    void close() {
        closed_ = true;
        room_.pulse();
    }

    /// Operations that run or wait.
    std::size_t size() const { return running_ + waiting_; }

  private:
    void leave() {
        --running_;
        room_.pulse();
    }

    std::size_t most_running_;
    std::size_t most_waiting_;
    std::function<Task<>()> ready_;
    std::size_t running_ = 0;
    std::size_t waiting_ = 0;
    bool closed_ = false;
    AsyncEvent room_;
};

}  // namespace kith::dht
