// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes as people type them in settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kith {

/// Bytes of "512K", "64M", "1G", "2T": a whole number of one unit (powers of 1,024), more than
/// none, at most 1,024T.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace kith
