// SPDX-License-Identifier: GPL-3.0-or-later
// When a record is put again that too few nodes were found to hold.
#pragma once

#include "core/base/random.h"
#include "core/base/time.h"

#include <array>
#include <optional>

namespace kith::dht {

class PutSchedule {
  public:
    /// While nobody has it: a node that just started put it to nodes that are gone, and until it
    /// is placed nobody finds us.
    static constexpr std::array<Duration, 3> soon = {seconds(2), seconds(5), seconds(15)};
    /// Once somebody has it, or when the hurry was in vain.
    static constexpr std::array<Duration, 3> later = {seconds(30), minutes(2), minutes(10)};

    /// The pause before the next put, +-30 %, given that `holders` nodes hold the record after the
    /// last one. None: every pause was used.
    std::optional<Duration> next(int holders, Random& random) {
        if (holders == 0 && hurried_ < soon.size()) return spread(soon[hurried_++], random);
        if (waited_ < later.size()) return spread(later[waited_++], random);
        return std::nullopt;
    }

  private:
    static Duration spread(Duration pause, Random& random) {
        return Duration(static_cast<Duration::rep>(static_cast<double>(pause.count()) *
                                                   (0.7 + 0.6 * random.unit())));
    }

    std::size_t hurried_ = 0;
    std::size_t waited_ = 0;
};

}  // namespace kith::dht
