// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/delivery_odds.h"

#include <cmath>

namespace kith::reputation {
namespace {

/// Parameters of the beta distribution with mean p and intra-class correlation rho > 0.
struct Beta {
    double up;
    double down;

    explicit Beta(const HostGroup& group)
        : up(group.availability * (1 - group.correlation) / group.correlation),
          down((1 - group.availability) * (1 - group.correlation) / group.correlation) {}
};

/// Probability that exactly `stored` of the hosts are up. A product, not lgamma(), which is not
/// safe to call from two threads.
double chance_of(unsigned stored, const HostGroup& group) {
    double chance = 1;
    for (unsigned i = 0; i < stored; ++i)
        chance *= static_cast<double>(group.hosts - i) / (i + 1);
    if (group.correlation <= 0) {
        return chance * std::pow(group.availability, stored) *
               std::pow(1 - group.availability, group.hosts - stored);
    }
    const Beta beta(group);
    for (unsigned i = 0; i < group.hosts; ++i) {
        const double mass = i < stored ? beta.up + i : beta.down + (i - stored);
        chance *= mass / (beta.up + beta.down + i);
    }
    return chance;
}

}  // namespace

double all_down(const HostGroup& group) {
    return chance_of(0, group);
}

double delivery_odds(const HostGroup& group, unsigned pickups) {
    const double met = 1 - std::pow(1 - group.availability, pickups);
    const double copy_arrives = group.honest * group.survives * met;
    double odds = 0;
    for (unsigned stored = 0; stored <= group.hosts; ++stored)
        odds += chance_of(stored, group) * (1 - std::pow(1 - copy_arrives, stored));
    return odds;
}

}  // namespace kith::reputation
