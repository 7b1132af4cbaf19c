// SPDX-License-Identifier: GPL-3.0-or-later
// The one door to Boost.Asio. Boost 1.74's awaitable.hpp uses std::exchange without <utility>.
//
// Rules for coroutines on g++ 12 (docs/style.md 4): no braces and no lambda inside an awaited
// expression; parameters by value; no view lives across a co_await; detached only in AsyncScope.
#pragma once

// clang-format off: the order is the point
#include <utility>
// clang-format on

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kith {

namespace asio = boost::asio;

template <class T = void>
using Task = asio::awaitable<T>;

}  // namespace kith
