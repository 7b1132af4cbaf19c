// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/effort.h"

#include <algorithm>
#include <cmath>

namespace kith::reputation {
namespace {

constexpr double when_crowded = 2;
constexpr double when_reported = 1.5;
constexpr double when_quiet = 2.0 / 3;

}  // namespace

std::uint64_t period_at(Timestamp now) {
    return unix_seconds(now) / static_cast<std::uint64_t>(effort_period / seconds(1));
}

Effort Effort::from_value(double rcpu) {
    Effort out;
    if (rcpu > effort_min) out.rcpu_ = std::min(rcpu, effort_max);
    return out;
}

std::uint16_t Effort::published() const {
    return static_cast<std::uint16_t>(std::ceil(rcpu_));
}

void Effort::end_period(double arrivals, std::uint64_t reports, double slots) {
    double factor = 1;
    if (arrivals > 2 * slots) {
        factor = when_crowded;
    } else if (reports > 0) {
        factor = when_reported;
    } else if (arrivals < slots / 2) {
        factor = when_quiet;
    }
    rcpu_ = std::clamp(rcpu_ * factor, effort_min, effort_max);
}

std::uint32_t difficulty_for(std::uint16_t published_effort, WorkEighths price) {
    constexpr std::uint64_t each = evaluations_each_rcpu / sub_puzzles;
    const std::uint64_t eighths = each * published_effort * price;
    return static_cast<std::uint32_t>((eighths + 7) / 8);
}

std::uint16_t effort_of_try(unsigned number, std::uint16_t published_effort) {
    const std::uint64_t wanted = std::uint64_t{published_effort} << (2 * std::min(number, 8U));
    return static_cast<std::uint16_t>(
        std::min<std::uint64_t>(wanted, static_cast<std::uint64_t>(effort_max)));
}

Duration expected_time(std::uint32_t difficulty, Duration evaluation) {
    return evaluation * sub_puzzles * static_cast<Duration::rep>(difficulty);
}

}  // namespace kith::reputation
