// SPDX-License-Identifier: GPL-3.0-or-later
// So many a day for each of many: handshakes that one device, or one stranger, may have opened.
// In memory: whoever waits for us to start again gains one day's worth. Value type; time is the
// caller's. Specification: docs/spec/requests.md#arriving.
#pragma once

#include "core/base/gcra.h"

#include <cstddef>
#include <map>

namespace kith::node {

template <class Key>
class DailyCaps {
  public:
    /// Keys remembered because they owe something. Beyond: a new one is not limited, so bound the
    /// number of newcomers elsewhere.
    static constexpr std::size_t remembered = 4096;

    explicit DailyCaps(std::uint32_t a_day) : pace_(Pace::of(a_day, Duration(days(1)) / a_day)) {}

    /// Whether it has one left; changes nothing.
    bool has(const Key& key, Timestamp now) const {
        const auto found = used_.find(key);
        return found == used_.end() || found->second.wait(pace_, now) == Duration::zero();
    }

    /// Takes one. False: it had none left.
    bool take(const Key& key, Timestamp now) {
        if (used_.size() >= remembered) {
            std::erase_if(used_, [now](const auto& one) { return one.second.idle(now); });
        }
        if (used_.size() >= remembered && !used_.contains(key)) return true;
        return used_[key].take(pace_, now) == Duration::zero();
    }

  private:
    Pace pace_;
    std::map<Key, Gcra<Timestamp>> used_;
};

}  // namespace kith::node
