// SPDX-License-Identifier: GPL-3.0-or-later
// How likely a message arrives that is left with k hosts: decides how many hosts an owner needs.
// Pure arithmetic. Specification: docs/spec/reputation.md#hosts.
#pragma once

namespace kith::reputation {

/// Hosts that hold a copy, and what is known of them. All but counts are probabilities, 0..1.
struct HostGroup {
    unsigned hosts = 1;       ///< k
    double availability = 1;  ///< p: a host is reachable at a given moment; 0 < p < 1
    double correlation = 0;   ///< rho: same provider, same night; 0: independent
    double honest = 1;        ///< h: it hands over what it holds
    double survives = 1;      ///< s: the copy is still there
};

/// Probability that no host of the group is reachable at one moment.
double all_down(const HostGroup& group);

/// Probability that a message which was offered once to each host arrives within `pickups`
/// independent attempts of its reader:
///
///   u = h s (1 - (1-p)^n)     J ~ BetaBinomial(k, p, rho)     P = sum_j P(J=j) (1 - (1-u)^j)
double delivery_odds(const HostGroup& group, unsigned pickups);

}  // namespace kith::reputation
