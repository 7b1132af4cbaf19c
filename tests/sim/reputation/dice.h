// SPDX-License-Identifier: GPL-3.0-or-later
// Chance for simulations: one seed and one name give the same run on every machine. xoshiro256**
// (Blackman, Vigna 2018); fast, not for keys.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kith::sim {

class Dice {
  public:
    /// `name` tells experiments of one seed apart.
    Dice(std::uint64_t seed, std::string_view name);

    /// Uniform in [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

    bool chance(double probability) { return unit() < probability; }

    /// Uniform in [0, bound). Requires: bound > 0.
    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>(unit() * static_cast<double>(bound));
    }

    double exponential(double mean);
    double normal();
    /// How many events of a rate `mean` happen; a rounded normal above 50.
    std::uint32_t poisson(double mean);

  private:
    std::uint64_t next();

    std::array<std::uint64_t, 4> state_{};
};

}  // namespace kith::sim
