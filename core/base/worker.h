// SPDX-License-Identifier: GPL-3.0-or-later
// Long pure functions (Argon2id, puzzles) on a thread of their own, started when first needed.
// The strand hands in arguments by value and gets the result back; nothing is shared.
#pragma once

#include "core/base/asio.h"
#include "core/base/async_event.h"
#include "core/base/limits.h"
#include "core/base/result.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace kith {

class Worker {
  public:
    explicit Worker(asio::any_io_executor strand) : strand_(std::move(strand)) {}

    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    /// Waits for the job that runs; those still queued never run.
    ~Worker();

    /// Runs `job` on the worker thread. Busy when limits::worker_jobs wait already. `job` must not
    /// throw and must own all it uses.
    template <class T>
    [[nodiscard]] Task<Result<T>> run(std::function<T()> job) {
        auto state = std::make_shared<State<T>>(strand_);
        const bool taken = post([state, job = std::move(job), strand = strand_] {
            state->value.emplace(job());
            asio::post(strand, [state] { state->done.set(); });
        });
        if (!taken) co_return fail(Code::Busy, "too many long computations at once");
        co_await state->done.wait();
        co_return std::move(*state->value);
    }

    /// Nothing runs and nothing waits; results may still be on their way to the strand.
    bool idle() const;

  private:
    // Shared by the waiting coroutine and the job, either of which may end first.
    template <class T>
    struct State {
        explicit State(const asio::any_io_executor& executor) : done(executor) {}

        AsyncEvent done;
        std::optional<T> value;
    };

    bool post(std::function<void()> job);
    void loop();

    asio::any_io_executor strand_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
    bool running_ = false;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace kith
