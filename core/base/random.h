// SPDX-License-Identifier: GPL-3.0-or-later
// The Random port. Randomness is an argument everywhere, so that tests repeat bit for bit and no
// hidden draw can exist. Production: SodiumRandom (core/crypto). Test: SeededRandom.
#pragma once

#include "core/base/bytes.h"

#include <cstdint>

namespace kith {

class Random {
  public:
    Random() = default;
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;
    virtual ~Random() = default;

    /// Fills `out` with bytes that nobody can predict. Does not fail.
    virtual void fill(MutableByteView out) = 0;

    template <std::size_t N>
    std::array<std::uint8_t, N> array() {
        std::array<std::uint8_t, N> out{};
        fill(out);
        return out;
    }

    std::uint32_t u32() { return read_be<std::uint32_t>(array<4>()); }

    std::uint64_t u64() { return read_be<std::uint64_t>(array<8>()); }

    /// Uniform in [0, bound). Requires: bound > 0.
    std::uint64_t below(std::uint64_t bound) {
        // Values under `skip` would make the small residues more frequent.
        const std::uint64_t skip = (0 - bound) % bound;
        for (;;) {
            if (const std::uint64_t value = u64(); value >= skip) return value % bound;
        }
    }

    /// Uniform in [0, 1), with 53 bits.
    double unit() { return static_cast<double>(u64() >> 11) * 0x1.0p-53; }
};

}  // namespace kith
