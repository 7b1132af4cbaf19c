// SPDX-License-Identifier: GPL-3.0-or-later
// Strong<T, Tag>: a number that does not mix with other numbers of the same representation.
#pragma once

#include <compare>
#include <functional>

namespace kith {

template <class T, class Tag>
class Strong {
  public:
    constexpr Strong() = default;

    explicit constexpr Strong(T value) : value_(value) {}

    constexpr T value() const { return value_; }

    friend constexpr auto operator<=>(const Strong&, const Strong&) = default;

  private:
    T value_{};
};

}  // namespace kith

template <class T, class Tag>
struct std::hash<kith::Strong<T, Tag>> {
    std::size_t operator()(const kith::Strong<T, Tag>& strong) const {
        return std::hash<T>{}(strong.value());
    }
};
