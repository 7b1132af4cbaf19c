// SPDX-License-Identifier: GPL-3.0-or-later
// Reals in stored rows: the bits of a double >= 0 as an unsigned integer, since the wire form has
// no floats. Zero is one byte. Both directions are exact.
#pragma once

#include "core/base/time.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace kith::reputation {

/// Requires: not NaN. The sign is dropped: whoever reads it knows it.
inline std::uint64_t real_bits(double value) {
    return std::bit_cast<std::uint64_t>(std::abs(value));
}

/// A real within [0, max]; anything else is a fault.
inline double read_real(wire::Reader& in, double max) {
    const double value = std::bit_cast<double>(in.u64());
    const bool fits = !std::signbit(value) && value <= max;  // false for NaN
    in.require(fits);
    return fits ? value : 0;
}

/// Microseconds since 1970; 0 for earlier times.
inline std::uint64_t micros_of(Timestamp time) {
    const auto count = time.time_since_epoch().count();
    return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}

/// A time up to the year 9999; a later one is a fault.
inline Timestamp read_time(wire::Reader& in) {
    constexpr Timestamp last = from_unix_seconds(std::numeric_limits<std::uint64_t>::max());
    const std::uint64_t count = in.u64();
    const bool fits = count <= static_cast<std::uint64_t>(last.time_since_epoch().count());
    in.require(fits);
    return fits ? Timestamp(Duration(static_cast<Duration::rep>(count))) : Timestamp();
}

}  // namespace kith::reputation
