// SPDX-License-Identifier: GPL-3.0-or-later
// The small grammar of configuration values: durations, lists on a command line, quoted texts.
#pragma once

#include "core/base/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::daemon {

/// "30s", "10m", "24h", "14d": a whole number of one unit, more than none, at most ten years.
std::optional<Duration> parse_duration(std::string_view text);
/// In the largest unit that divides it; whole seconds at least.
std::string print_duration(Duration duration);

/// `a, b`, `a b` and `["a", "b"]` alike. Empty items are left out.
std::vector<std::string> split_list(std::string_view text);

/// A TOML basic string.
std::string quote_toml(std::string_view text);

}  // namespace kith::daemon
