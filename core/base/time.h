// SPDX-License-Identifier: GPL-3.0-or-later
// Two times that do not mix. SteadyTime runs timers and rates and never jumps; Timestamp is the
// wall clock, for display, expiry and epochs, and may jump. Both in microseconds. Only types:
// the clocks are read by core/base/system_clock.cpp alone, everybody else gets the time as an
// argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace kith {

using Duration = std::chrono::microseconds;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using days = std::chrono::days;

struct SteadyTag {
    using rep = Duration::rep;
    using period = Duration::period;
    using duration = Duration;
    static constexpr bool is_steady = true;
};

struct WallTag {
    using rep = Duration::rep;
    using period = Duration::period;
    using duration = Duration;
    static constexpr bool is_steady = false;
};

/// A point on the steady clock of this process. Meaningless outside it: never stored or sent.
using SteadyTime = std::chrono::time_point<SteadyTag, Duration>;

/// A point of wall time, microseconds since 1970-01-01 UTC.
using Timestamp = std::chrono::time_point<WallTag, Duration>;

/// Whole seconds since 1970; 0 for earlier times.
constexpr std::uint64_t unix_seconds(Timestamp time) {
    const auto count = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
    return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}

/// Milliseconds since 1970; 0 for earlier times.
constexpr std::uint64_t unix_millis(Timestamp time) {
    const auto count =
        std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}

/// Seconds from outside are clamped to the year 9999, so that arithmetic cannot overflow.
constexpr Timestamp from_unix_seconds(std::uint64_t value) {
    constexpr std::uint64_t last = 253402300799;
    const auto count = static_cast<std::int64_t>(value > last ? last : value);
    return Timestamp(std::chrono::seconds(count));
}

/// As from_unix_seconds, for milliseconds.
constexpr Timestamp from_unix_millis(std::uint64_t value) {
    constexpr std::uint64_t last = 253402300799999;
    const auto count = static_cast<std::int64_t>(value > last ? last : value);
    return Timestamp(std::chrono::milliseconds(count));
}

/// RFC 3339 in UTC with milliseconds: "2026-11-22T15:04:05.120Z".
std::string to_rfc3339(Timestamp time);
/// The same at the end of a line that is being written.
void append_rfc3339(std::string& out, Timestamp time);

/// A duration for people: "3 h 20 min", "2 d 4 h", "45 s", "120 ms".
std::string to_words(Duration duration);

}  // namespace kith
