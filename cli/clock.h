// SPDX-License-Identifier: GPL-3.0-or-later
// The clocks as `kith` reads them: for its own deadlines, and to say "2 h ago".
#pragma once

#include "core/base/time.h"

#include <string>

namespace kith::cli {

SteadyTime steady_now();
Timestamp wall_now();

/// Milliseconds until `deadline` for poll(2), rounded up; 0 when it has passed.
int poll_timeout(SteadyTime deadline);

/// In the time zone of this process.
std::string local_time(Timestamp time);  // "15:04"
std::string local_date(Timestamp time);  // "Sun 22 Nov 2026"

/// "3 h", "2 d": one unit, for lists; "now" under a minute.
std::string ago(Timestamp then, Timestamp now);

}  // namespace kith::cli
