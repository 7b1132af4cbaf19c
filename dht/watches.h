// SPDX-License-Identifier: GPL-3.0-or-later
// Look-ups that are repeated for people who wait at a screen. Asking again is cheaper than
// OpenDHT's own listening, one of which would use up the idle traffic of a day.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/clock.h"
#include "core/directory/directory.h"

#include <functional>
#include <memory>
#include <vector>

namespace kith::dht {

class Watches {
  public:
    static constexpr std::size_t most = 2;
    static constexpr Duration longest = minutes(10);
    static constexpr Duration first_pause = seconds(2);
    static constexpr Duration last_pause = seconds(15);

    using Lookup =
        std::function<Task<Result<Bytes>>(directory::Slots, directory::Accept, SteadyTime)>;

    /// All references must outlive the scope's children.
    Watches(AsyncScope& scope, Clock& clock, Lookup lookup)
        : scope_(scope), clock_(clock), lookup_(std::move(lookup)) {}

    /// Inactive when there are `most` already. As Directory::watch().
    [[nodiscard]] directory::Subscription add(directory::Slots slots,
                                              directory::Accept accept,
                                              SteadyTime deadline,
                                              directory::OnRecord handler);

    /// Ends all.
    void stop();

  private:
    struct Watch;

    [[nodiscard]] Task<> run(std::shared_ptr<Watch> watch);

    AsyncScope& scope_;
    Clock& clock_;
    Lookup lookup_;
    std::vector<std::shared_ptr<Watch>> watches_;
};

}  // namespace kith::dht
