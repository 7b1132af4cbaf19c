// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/link_intake.h"

namespace kith::node {

bool LinkIntake::is_next(const crypto::InnerId& id, SteadyTime now) const {
    return !head_ || head_->id == id || now - last_ >= head_->retry;
}

void LinkIntake::shut(const Refusal& refusal, SteadyTime now) {
    head_ = refusal;
    last_ = now;
    behind_ = 0;
}

bool LinkIntake::passed_by(SteadyTime now) {
    last_ = now;
    return ++behind_ == limits::link_window + 1;
}

bool LinkIntake::refused(std::uint32_t n) {
    refused_.push_back(n);
    return refused_.size() >= limits::receipt_ids;
}

}  // namespace kith::node
