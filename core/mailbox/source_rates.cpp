// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/source_rates.h"

namespace kith::mailbox {

Duration SourceRates::take(const Pace& pace, const NetworkPrefix& source, SteadyTime now) {
    auto found = rates_.find(source);
    if (found == rates_.end()) {
        if (rates_.size() >= max_sources)
            std::erase_if(rates_, [now](const auto& entry) { return entry.second.idle(now); });
        if (rates_.size() >= max_sources) return others_.take(pace, now);
        found = rates_.try_emplace(source).first;
    }
    return found->second.take(pace, now);
}

}  // namespace kith::mailbox
