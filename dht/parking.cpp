// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/parking.h"

namespace kith::dht {

bool Parking::wants_other(std::optional<std::size_t> nodes) const {
    if (serving_ || !nodes) return false;
    return parks_ ? *nodes < limits_.return_below : *nodes > limits_.park_above;
}

void Parking::start(bool parked) {
    parks_ = parked && !serving_;
    seen_ = !parks_;
}

void Parking::look(std::optional<std::size_t> nodes, SteadyTime now, Random& random) {
    if (!seen_ && nodes) {
        // Starts are spread as decisions are: no crowd acts at once.
        seen_ = true;
        if (wants_other(nodes)) parks_ = false;
    }
    if (!wants_other(nodes)) {
        decision_.reset();
        return;
    }
    if (decision_) return;
    const auto most = static_cast<std::uint64_t>(Duration(decide_within).count());
    decision_ = now + Duration(static_cast<Duration::rep>(random.below(most)));
}

void Parking::decide(std::optional<std::size_t> nodes) {
    if (wants_other(nodes)) parks_ = !parks_;
    decision_.reset();
}

}  // namespace kith::dht
