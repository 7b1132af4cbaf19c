// SPDX-License-Identifier: GPL-3.0-or-later
// Handlers that stay installed as long as their Subscription lives. For the strand only.
#pragma once

#include "core/store/store.h"

#include <functional>
#include <memory>
#include <vector>

namespace kith::store {

template <class... Args>
class Listeners {
  public:
    using Handler = std::function<void(Args...)>;

    [[nodiscard]] Subscription add(Handler handler) {
        // Owned by the subscriber alone; the list only looks at it.
        auto owned = std::make_shared<Handler>(std::move(handler));
        handlers_.push_back(owned);
        return owned;
    }

    /// Calls all in the order they were added. A handler may add and remove handlers; those added
    /// are called from the next time on.
    void call(Args... args) {
        ++depth_;
        const std::size_t count = handlers_.size();
        for (std::size_t i = 0; i < count; ++i) {
            if (const auto handler = handlers_[i].lock()) (*handler)(args...);
        }
        if (--depth_ == 0)
            std::erase_if(handlers_, [](const auto& handler) { return handler.expired(); });
    }

  private:
    std::vector<std::weak_ptr<Handler>> handlers_;
    int depth_ = 0;
};

}  // namespace kith::store
