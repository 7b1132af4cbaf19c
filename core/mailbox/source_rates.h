// SPDX-License-Identifier: GPL-3.0-or-later
// Deposits by source: one rate for each /24 or /64, however many links come from it. Bounded: when
// it is full of sources that still owe, the newcomers share one rate.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/gcra.h"
#include "core/base/time.h"

#include <cstddef>
#include <map>

namespace kith::mailbox {

class SourceRates {
  public:
    static constexpr std::size_t max_sources = 4096;

    /// How long until the source may deposit again; zero: now, and it is counted.
    Duration take(const Pace& pace, const NetworkPrefix& source, SteadyTime now);

    std::size_t size() const { return rates_.size(); }

  private:
    std::map<NetworkPrefix, Gcra<SteadyTime>> rates_;
    Gcra<SteadyTime> others_;
};

}  // namespace kith::mailbox
