// SPDX-License-Identifier: GPL-3.0-or-later
// When to try again. Pure: attempts and a random number give a delay.
#pragma once

#include "core/base/random.h"
#include "core/base/time.h"

namespace kith::node {

/// Delay before dial attempt `failures` + 1 towards somebody who did not answer: 0.25, 0.5, 1 .. 12
/// s while they were reachable within the last ten minutes, so that a short cut heals within 15 s;
/// then up to 60 s, then up to 10 min for whoever stays away. Times rand(0.5..1), so that many
/// nodes do not call together.
Duration dial_delay(unsigned failures, Random& random);

/// Dials that failed in a row and still bring a look-up with the next one, about four seconds of
/// them: whoever restarted elsewhere publishes within a second or two.
inline constexpr unsigned eager_failures = 4;

/// A dial that takes longer than this brings a look-up beside it, one that fails at once.
inline constexpr Duration dial_head_start = milliseconds(250);

/// While mailboxes keep everything that waits for somebody, at most one look-up in so long.
inline constexpr Duration kept_lookup_delay = hours(1);

/// Delay before the next look-up of a contact that stays unreachable: 5 s, 1, 5, 15 min, 1 h, 6 h,
/// +-30 %.
Duration lookup_delay(unsigned lookups, Random& random);

}  // namespace kith::node
