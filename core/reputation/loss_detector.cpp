// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/loss_detector.h"

#include <algorithm>
#include <cmath>

namespace kith::reputation {
namespace {

constexpr double honest_loss = 0.002;  // q0
constexpr double bad_loss = 0.05;      // q1

double step_lost() {
    return std::log(bad_loss / honest_loss);
}

double step_kept() {
    return std::log((1 - bad_loss) / (1 - honest_loss));
}

}  // namespace

LossDetector LossDetector::from_level(double level) {
    LossDetector out;
    if (level > 0) out.level_ = std::min(level, ceiling);
    return out;
}

void LossDetector::kept() {
    level_ = std::max(0.0, level_ + step_kept());
}

void LossDetector::lost() {
    level_ = std::min(ceiling, level_ + step_lost());
}

}  // namespace kith::reputation
