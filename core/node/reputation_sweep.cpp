// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/reputation_sweep.h"

#include "core/base/log.h"

#include <algorithm>
#include <utility>

namespace kith::node {

Result<> ReputationSweep::look(store::Changes& changes, SteadyTime now) {
    if (!walking_) {
        if (ended_ && now - *ended_ < period) return success();
        walking_ = true;
        after_.clear();
        unknown_.clear();
    }
    auto last =
        table_.walk(after_, step_rows, [this](ByteView key, const reputation::Record* record) {
            judge(key, record);
        });
    if (last) after_ = *last;
    if (!last || after_.empty()) {
        walking_ = false;
        ended_ = now;
        if (last) thin_out();
        unknown_.clear();
    }
    erase(changes);
    if (!last) return tl::unexpected(std::move(last).error());
    return success();
}

void ReputationSweep::judge(ByteView key, const reputation::Record* record) {
    const Timestamp at = book_.now();
    if (!record || record->is_forgettable(at)) {
        gone_.push_back(to_bytes(key));
    } else if (!record->is_contact() && !record->is_blocked()) {
        unknown_.push_back({record->good(at) + record->bad(at), to_bytes(key)});
    }
}

void ReputationSweep::thin_out() {
    if (unknown_.size() <= ReputationBook::max_unknown) return;
    // With room for the day to come: what does not fit is not written down until the next walk.
    constexpr std::size_t kept = ReputationBook::max_unknown / 8 * 7;
    const auto first_kept = unknown_.end() - static_cast<std::ptrdiff_t>(kept);
    std::ranges::nth_element(unknown_, first_kept, {}, &Unknown::evidence);
    for (auto it = unknown_.begin(); it != first_kept; ++it)
        gone_.push_back(std::move(it->key));
}

void ReputationSweep::erase(store::Changes& changes) {
    if (gone_.empty()) return;
    const auto keys = book_.forget(std::exchange(gone_, {}));
    for (const Bytes& key : keys)
        table_.erase(changes, key);
    log::debug(log::Category::Node, "{} records of peers are gone", keys.size());
}

}  // namespace kith::node
