// SPDX-License-Identifier: GPL-3.0-or-later
// Times from text, the way back from to_rfc3339 (core/base/time.h).
#pragma once

#include "core/base/result.h"
#include "core/base/time.h"

#include <string_view>

namespace kith::api {

/// RFC 3339 with any offset and fraction: "2026-11-22T15:04:05.120Z". Malformed otherwise, also
/// for days that do not exist; leap seconds count as the second before.
Result<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace kith::api
