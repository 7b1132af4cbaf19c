// SPDX-License-Identifier: GPL-3.0-or-later
// The Clock port on the clocks of the system. Included by daemon/composition.cpp and tests only.
#pragma once

#include "core/base/clock.h"

namespace kith {

class SystemClock final : public Clock {
  public:
    explicit SystemClock(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    SteadyTime now() const override;
    Timestamp wall() const override;
    Duration suspended() const override;
    [[nodiscard]] Alarm call_at(SteadyTime when, std::function<void()> action) override;

  private:
    asio::any_io_executor executor_;
};

}  // namespace kith
