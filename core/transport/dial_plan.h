// SPDX-License-Identifier: GPL-3.0-or-later
// Which address to call next, and when: Happy Eyeballs (RFC 8305) for the candidates of one callee.
//
// IPv6 and IPv4 take turns, the family of the best candidate first; attempts start 250 ms apart, or
// at once when the one before has failed; at most six. Pure: the time is an argument.
// docs/spec/link.md#dialling.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/time.h"
#include "core/transport/local_address.h"

#include <optional>
#include <vector>

namespace kith::transport {

/// Attempts of one dial, the time between their starts, and how many addresses are tried at most.
inline constexpr std::size_t dial_attempts = 6;
inline constexpr Duration dial_stagger = milliseconds(250);

class DialPlan {
  public:
    /// `candidates`: best first. Left out are duplicates, addresses that cannot be called
    /// (unspecified, multicast, IPv6 link-local) and private ones outside all of our own subnets.
    DialPlan(const std::vector<Endpoint>& candidates, const std::vector<LocalAddress>& own);

    /// The address to call now; nullopt when it is not time yet, or when none is left.
    std::optional<Endpoint> next(SteadyTime now);

    /// When next() has something again; nullopt when none is left.
    std::optional<SteadyTime> next_at() const;

    /// An attempt failed: the next one need not wait.
    void failed() { due_ = SteadyTime{}; }

    /// All addresses of the plan, in order.
    const std::vector<Endpoint>& order() const { return order_; }

  private:
    std::vector<Endpoint> order_;
    std::size_t next_ = 0;
    SteadyTime due_{};
};

}  // namespace kith::transport
