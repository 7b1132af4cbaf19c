// SPDX-License-Identifier: GPL-3.0-or-later
// Runs coroutines of a test on one io_context, with a limit in case they never end.
#pragma once

#include "core/base/asio.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>

namespace kith::transport {

class Runner {
  public:
    asio::any_io_executor executor() { return io_.get_executor(); }

    asio::io_context& io() { return io_; }

    /// The result of `task`, which runs beside whatever else there is.
    template <class T>
    T run(Task<T> task) {
        std::optional<T> result;
        std::exception_ptr error;
        asio::co_spawn(io_, std::move(task), [&](const std::exception_ptr& thrown, T value) {
            error = thrown;
            result.emplace(std::move(value));
        });
        wait_until([&] { return error || result.has_value(); });
        if (error) std::rethrow_exception(error);
        return std::move(*result);
    }

    void run(Task<> task) {
        bool done = false;
        asio::co_spawn(io_, std::move(task), [&](const std::exception_ptr& thrown) {
            if (thrown) std::rethrow_exception(thrown);
            done = true;
        });
        wait_until([&] { return done; });
    }

    /// Lets everything run until `condition` holds; a test that waits in vain ends here.
    void wait_until(const std::function<bool()>& condition) {
        const auto limit = std::chrono::seconds(60);
        io_.restart();
        while (!condition()) {
            if (io_.run_one_for(limit) == 0) throw std::runtime_error("waited in vain");
        }
    }

    /// Runs what is ready now.
    void settle() {
        io_.restart();
        while (io_.poll() > 0) {
        }
    }

  private:
    asio::io_context io_;
    // run_one_for() returns at once without work.
    asio::executor_work_guard<asio::io_context::executor_type> guard_ = asio::make_work_guard(io_);
};

}  // namespace kith::transport
