// SPDX-License-Identifier: GPL-3.0-or-later
// Durations as people type them, on command lines and in settings.
#pragma once

#include "core/base/time.h"

#include <optional>
#include <string_view>

namespace kith {

/// "30s", "10m", "24h", "14d": a whole number of one unit, more than none, at most ten years.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace kith
