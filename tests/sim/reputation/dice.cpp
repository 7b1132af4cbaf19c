// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/reputation/dice.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace kith::sim {

Dice::Dice(std::uint64_t seed, std::string_view name) {
    // FNV-1a of the name, then splitmix64 for the four words.
    std::uint64_t mixed = 14695981039346656037ULL ^ seed;
    for (const char c : name)
        mixed = (mixed ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
    for (std::uint64_t& word : state_) {
        mixed += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = mixed;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        word = z ^ (z >> 31);
    }
}

std::uint64_t Dice::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double Dice::exponential(double mean) {
    return -mean * std::log(1 - unit());
}

double Dice::normal() {
    const double radius = std::sqrt(-2 * std::log(1 - unit()));
    return radius * std::cos(2 * std::numbers::pi * unit());
}

std::uint32_t Dice::poisson(double mean) {
    if (mean <= 0) return 0;
    if (mean > 50) {
        const double drawn = mean + std::sqrt(mean) * normal() + 0.5;
        return drawn < 0 ? 0 : static_cast<std::uint32_t>(drawn);
    }
    const double limit = std::exp(-mean);
    std::uint32_t count = 0;
    for (double product = unit(); product >= limit; product *= unit())
        ++count;
    return count;
}

}  // namespace kith::sim
