// SPDX-License-Identifier: GPL-3.0-or-later
// The part of a simulated world that another thread runs by a clock of its own.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/time.h"

#include <functional>

namespace kith::test {

class Beyond {
  public:
    Beyond() = default;
    Beyond(const Beyond&) = delete;
    Beyond& operator=(const Beyond&) = delete;
    virtual ~Beyond() = default;

    virtual bool holds(const Endpoint& host) const = 0;

    /// Calls `action` on that thread when its clock shows `when`. Requires: that is at least the
    /// shortest latency between both parts from now.
    virtual void call_at(SteadyTime when, std::function<void()> action) = 0;
};

}  // namespace kith::test
