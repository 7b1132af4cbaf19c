// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/link_pace.h"

#include "core/base/limits.h"

#include <algorithm>

namespace kith::node {

void LinkPace::sent() {
    if (left_ != free_flow && left_ > 0) --left_;
}

bool LinkPace::refused(std::uint32_t first, std::uint32_t next, wire::BusyCode code) {
    if (first < first_ || first >= next) return false;
    if (held_) return true;
    held_ = true;
    const std::uint32_t taken = first - first_;
    // Of credit nothing is known but that there was none.
    const bool probe = code == wire::BusyCode::Credit;
    round_ = probe ? 1 : std::min<std::uint32_t>(taken + taken / 4 + 1, limits::link_window);
    return true;
}

void LinkPace::resume(std::uint32_t next) {
    held_ = false;
    left_ = round_;
    first_ = next;
}

bool LinkPace::acknowledged(std::uint32_t highest, std::uint32_t next) {
    if (held_ || round_ == free_flow || left_ > 0 || highest + 1 != next) return false;
    round_ = round_ >= limits::link_window ? free_flow : 2 * round_;
    left_ = round_;
    first_ = next;
    return true;
}

void LinkPace::one_more() {
    if (waits_for_answer()) left_ = 1;
}

void LinkPace::begin_carefully() {
    round_ = left_ = 1;
}

}  // namespace kith::node
