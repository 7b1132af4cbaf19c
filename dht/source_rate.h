// SPDX-License-Identifier: GPL-3.0-or-later
// A rate for each source network, /24 of IPv4 or /64 of IPv6, in bounded memory. Sources that do
// not fit share one rate, so a flood of addresses cannot buy more than one address could.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/rate.h"

#include <unordered_map>

namespace kith::dht {

class SourceRate {
  public:
    SourceRate(double per_second, double burst, std::size_t sources)
        : fresh_(per_second, burst), shared_(fresh_), most_(sources) {}

    bool take(const Endpoint& source, SteadyTime now) {
        const NetworkPrefix prefix = prefix_of(source);
        if (const auto known = sources_.find(prefix); known != sources_.end()) {
            return known->second.take(now);
        }
        if (sources_.size() >= most_ && now >= next_sweep_) {
            std::erase_if(sources_, [now](const auto& entry) { return entry.second.idle(now); });
            next_sweep_ = now + seconds(1);
        }
        if (sources_.size() >= most_) return shared_.take(now);
        return sources_.try_emplace(prefix, fresh_).first->second.take(now);
    }

  private:
    struct PrefixHash {
        std::size_t operator()(const NetworkPrefix& prefix) const { return ByteHash{}(prefix); }
    };

    RateLimit fresh_;
    RateLimit shared_;
    std::size_t most_;
    SteadyTime next_sweep_{};
    std::unordered_map<NetworkPrefix, RateLimit, PrefixHash> sources_;
};

}  // namespace kith::dht
