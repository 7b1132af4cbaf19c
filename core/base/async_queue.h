// SPDX-License-Identifier: GPL-3.0-or-later
// A bounded queue between coroutines of one strand. Not thread-safe.
#pragma once

#include "core/base/async_event.h"

#include <deque>
#include <optional>

namespace kith {

template <class T>
class AsyncQueue {
  public:
    AsyncQueue(asio::any_io_executor executor, std::size_t capacity)
        : capacity_(capacity), readable_(executor), writable_(executor) {
        writable_.set();
    }

    std::size_t size() const { return items_.size(); }

    bool closed() const { return closed_; }

    /// False, and the item is dropped, when the queue is full or closed.
    bool try_push(T item) {
        if (closed_ || items_.size() >= capacity_) return false;
        items_.push_back(std::move(item));
        if (items_.size() >= capacity_) writable_.reset();
        readable_.set();
        return true;
    }

    /// Waits for room. False when closed meanwhile.
    [[nodiscard]] Task<bool> push(T item) {
        while (!closed_ && items_.size() >= capacity_)
            co_await writable_.wait();
        co_return try_push(std::move(item));
    }

    std::optional<T> try_pop() {
        if (items_.empty()) return std::nullopt;
        T item = std::move(items_.front());
        items_.pop_front();
        writable_.set();
        if (items_.empty() && !closed_) readable_.reset();
        return item;
    }

    /// Waits for an item. nullopt when closed and drained.
    [[nodiscard]] Task<std::optional<T>> pop() {
        while (!closed_ && items_.empty())
            co_await readable_.wait();
        co_return try_pop();
    }

    /// Lets everybody go; what is queued can still be popped.
    void close() {
        closed_ = true;
        readable_.set();
        writable_.set();
    }

  private:
    std::size_t capacity_;
    std::deque<T> items_;
    bool closed_ = false;
    AsyncEvent readable_;
    AsyncEvent writable_;
};

}  // namespace kith
