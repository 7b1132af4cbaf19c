// SPDX-License-Identifier: GPL-3.0-or-later
// Runs coroutines of the store to their end on an io_context of the test.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/result.h"

#include <optional>
#include <stdexcept>

namespace kith::store {

/// Runs until `task` is done. Throws when the io_context runs dry before.
template <class T>
T run(asio::io_context& io, Task<T> task) {
    std::optional<T> out;
    const auto keep = [](Task<T> inner, std::optional<T>& result) -> Task<> {
        result.emplace(co_await std::move(inner));
    };
    AsyncScope scope(io.get_executor());
    scope.spawn(keep(std::move(task), out));
    io.restart();
    while (!out && io.run_one() > 0) {
    }
    if (!out) throw std::runtime_error("the task never ended");
    return *std::move(out);
}

/// Does what is ready, waits for nothing.
inline void poll(asio::io_context& io) {
    io.restart();
    io.poll();
}

}  // namespace kith::store
