// SPDX-License-Identifier: GPL-3.0-or-later
// The last few of many: a set that is bounded, and forgets whoever came first.
#pragma once

#include <cstddef>
#include <deque>
#include <set>

namespace kith {

template <class T>
class RecentSet {
  public:
    /// Requires: most > 0.
    explicit RecentSet(std::size_t most) : most_(most) {}

    bool contains(const T& item) const { return items_.contains(item); }

    /// Known already: nothing changes, its turn to be forgotten neither.
    void insert(const T& item) {
        if (!items_.insert(item).second) return;
        order_.push_back(item);
        if (order_.size() <= most_) return;
        items_.erase(order_.front());
        order_.pop_front();
    }

    std::size_t size() const { return items_.size(); }

  private:
    std::size_t most_;
    std::set<T> items_;
    std::deque<T> order_;
};

}  // namespace kith
