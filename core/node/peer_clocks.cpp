// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/peer_clocks.h"

#include <algorithm>
#include <vector>

namespace kith::node {

void PeerClocks::note(const crypto::AccountKey& contact, Duration offset) {
    if (voices_.size() >= max_voices && !voices_.contains(contact)) return;
    voices_.insert_or_assign(contact, offset);
}

std::optional<Duration> PeerClocks::offset() const {
    if (voices_.empty()) return std::nullopt;
    std::vector<Duration> all{Duration::zero()};  // our own
    for (const auto& [contact, offset] : voices_)
        all.push_back(offset);
    std::ranges::sort(all);
    const Duration upper = all[all.size() / 2];
    const Duration lower = all[(all.size() - 1) / 2];
    return std::chrono::abs(lower) <= std::chrono::abs(upper) ? lower : upper;
}

}  // namespace kith::node
