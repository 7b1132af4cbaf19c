// SPDX-License-Identifier: GPL-3.0-or-later
// Of the courier alone: a look-up beside dials.
#pragma once

#include "core/base/async_event.h"
#include "core/node/courier.h"

namespace kith::node {

/// Shared by the attempt and the look-up, which may go on when the attempt has ended.
struct Courier::Search {
    explicit Search(const asio::any_io_executor& executor) : begin(executor), done(executor) {}

    AsyncEvent begin;  ///< a dial has failed
    AsyncEvent done;
    bool over = false;  ///< the attempt has ended: everybody is linked, or nobody waits for it
};

/// A search that has not begun when the attempt ends is not needed.
class Courier::SearchEnd {
  public:
    explicit SearchEnd(SearchPointer search) : search_(std::move(search)) {}

    SearchEnd(const SearchEnd&) = delete;
    SearchEnd& operator=(const SearchEnd&) = delete;

    ~SearchEnd() {
        if (!search_) return;
        search_->over = true;
        search_->begin.set();
    }

  private:
    SearchPointer search_;
};

}  // namespace kith::node
