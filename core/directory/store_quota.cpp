// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/store_quota.h"

namespace kith::directory {

namespace {

// /24 of IPv4 as everywhere; /48 of IPv6, what one customer gets, where links count /64.
NetworkPrefix source_prefix(const Endpoint& endpoint) {
    NetworkPrefix prefix = prefix_of(endpoint);
    if (!endpoint.is_v4()) std::fill(prefix.begin() + 6, prefix.end(), std::uint8_t{0});
    return prefix;
}

}  // namespace

StoreQuota::StoreQuota(StoreLimits limits)
    : limits_(limits), overall_(limits.checks_overall, limits.checks_overall) {}

StoreQuota::Source* StoreQuota::source_of(const Endpoint& endpoint, SteadyTime now) {
    const NetworkPrefix prefix = source_prefix(endpoint);
    if (const auto known = sources_.find(prefix); known != sources_.end()) return &known->second;
    if (sources_.size() >= limits_.sources) {
        std::erase_if(sources_, [now](const auto& entry) { return entry.second.idle(now); });
        if (sources_.size() >= limits_.sources) return nullptr;
    }
    const double hourly = static_cast<double>(limits_.bytes_per_hour);
    return &sources_
                .try_emplace(
                    prefix,
                    Source{RateLimit(limits_.new_values_per_minute / 60, limits_.new_values_burst),
                           RateLimit(hourly / 3600, hourly),
                           RateLimit(limits_.checks_per_second, limits_.checks_per_second)})
                .first->second;
}

bool StoreQuota::take_check(const Endpoint& source, SteadyTime now) {
    Source* const from = source_of(source, now);
    // The source first: what one network wastes must not use up what all share.
    return from != nullptr && from->checks.take(now) && overall_.take(now);
}

bool StoreQuota::take_value(const Endpoint& source,
                            std::size_t size,
                            const StoreUse& use,
                            SteadyTime now) {
    if (use.values >= limits_.values || use.bytes + size > limits_.bytes) return false;
    Source* const from = source_of(source, now);
    return from != nullptr && from->values.take(now) &&
           from->bytes.take(now, static_cast<unsigned>(size));
}

}  // namespace kith::directory
