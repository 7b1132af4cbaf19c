// SPDX-License-Identifier: GPL-3.0-or-later
// How much a node stores and checks for others: in all, and for one source network, /24 of IPv4 or
// /48 of IPv6. Whoever owns many addresses owns one share.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/rate.h"

#include <cstddef>
#include <unordered_map>

namespace kith::directory {

struct StoreLimits {
    std::size_t bytes = std::size_t{64} << 20;
    std::size_t values = 65536;
    double new_values_per_minute = 64;
    double new_values_burst = 128;
    std::size_t bytes_per_hour = std::size_t{256} << 10;
    double checks_per_second = 50;
    double checks_overall = 1000;
    /// Networks remembered. Beyond: those that owe nothing are forgotten, else the record is
    /// refused.
    std::size_t sources = 4096;
};

/// What the store holds now.
struct StoreUse {
    std::size_t bytes = 0;
    std::size_t values = 0;
};

/// Charges sources for what they ask. The time is an argument.
class StoreQuota {
  public:
    explicit StoreQuota(StoreLimits limits);

    /// May `source` have one more record's signatures checked? Charged when yes.
    bool take_check(const Endpoint& source, SteadyTime now);

    /// May `source` store one more record of `size` bytes? Charged when yes.
    bool take_value(const Endpoint& source, std::size_t size, const StoreUse& use, SteadyTime now);

    std::size_t sources() const { return sources_.size(); }

  private:
    struct Source {
        RateLimit values;
        RateLimit bytes;
        RateLimit checks;

        bool idle(SteadyTime now) const {
            return values.idle(now) && bytes.idle(now) && checks.idle(now);
        }
    };

    struct PrefixHash {
        std::size_t operator()(const NetworkPrefix& prefix) const { return ByteHash{}(prefix); }
    };

    Source* source_of(const Endpoint& endpoint, SteadyTime now);

    StoreLimits limits_;
    RateLimit overall_;
    std::unordered_map<NetworkPrefix, Source, PrefixHash> sources_;
};

}  // namespace kith::directory
