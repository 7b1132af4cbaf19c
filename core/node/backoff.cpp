// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/backoff.h"

#include <algorithm>
#include <array>

namespace kith::node {
namespace {

Duration scaled(Duration delay, double factor) {
    return Duration(static_cast<Duration::rep>(static_cast<double>(delay.count()) * factor));
}

}  // namespace

Duration dial_delay(unsigned failures, Random& random) {
    // 60 tries of 12 s are about ten minutes, 120 more of 60 s about two hours.
    constexpr unsigned near = 60;
    constexpr unsigned far = 180;
    const Duration cap = failures < near ? seconds(12) : failures < far ? minutes(1) : minutes(10);
    const unsigned shift = std::min(failures, 12U);
    const Duration delay = std::min<Duration>(cap, milliseconds(250) * (1U << shift));
    return scaled(delay, 0.5 + 0.5 * random.unit());
}

Duration lookup_delay(unsigned lookups, Random& random) {
    constexpr std::array<Duration, 6> delays{
        seconds(5), minutes(1), minutes(5), minutes(15), hours(1), hours(6)};
    const Duration delay = delays[std::min<std::size_t>(lookups, delays.size() - 1)];
    return scaled(delay, 0.7 + 0.6 * random.unit());
}

}  // namespace kith::node
