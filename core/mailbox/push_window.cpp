// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/push_window.h"

#include <algorithm>

namespace kith::mailbox {

bool PushWindow::wants(std::uint32_t env_id) const {
    return env_ids_.empty() || std::ranges::find(env_ids_, env_id) != env_ids_.end();
}

bool PushWindow::take(std::uint64_t seq, std::uint32_t size) {
    if (bytes_ != 0 && bytes_ + size > push_window_bytes) return false;
    if (pushed_.emplace(seq, size).second) bytes_ += size;
    return true;
}

void PushWindow::deleted(const std::vector<std::uint64_t>& places) {
    for (const std::uint64_t place : places) {
        const auto found = pushed_.find(place);
        if (found == pushed_.end()) continue;
        bytes_ -= found->second;
        pushed_.erase(found);
    }
}

}  // namespace kith::mailbox
