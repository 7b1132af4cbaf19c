// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/reachable_hours.h"

#include <algorithm>

namespace kith::node {
namespace {

constexpr std::size_t bitmap_size = ReachableHours::hours_kept / 8;

std::uint64_t hour_of(Timestamp time) {
    return unix_seconds(time) / 3600;
}

}  // namespace

bool ReachableHours::note(Timestamp now) {
    const std::uint64_t hour = hour_of(now);
    // The clock was ahead by more than an hour: what was noted then was noted for other hours.
    if (hour + 1 < newest_) *this = {};
    if (hour < newest_) return false;
    if (hour == newest_ && hours_[0]) return false;
    const std::uint64_t passed = hour - newest_;
    hours_ = passed < hours_kept ? hours_ << static_cast<std::size_t>(passed)
                                 : std::bitset<hours_kept>();
    hours_[0] = true;
    newest_ = hour;
    return true;
}

double ReachableHours::share(Timestamp now) const {
    const std::uint64_t hour = hour_of(now);
    const std::uint64_t passed = hour > newest_ ? hour - newest_ : 0;
    if (passed >= hours_kept) return 0;
    const auto counted = (hours_ << static_cast<std::size_t>(passed)).count();
    return static_cast<double>(counted) / static_cast<double>(hours_kept);
}

Bytes ReachableHours::encode() const {
    Bytes out(8 + bitmap_size);
    std::ranges::copy(be_bytes<std::uint64_t>(newest_), out.begin());
    for (std::size_t i = 0; i < hours_kept; ++i) {
        if (!hours_[i]) continue;
        auto& byte = out[8 + i / 8];
        byte = static_cast<std::uint8_t>(byte | 0x80U >> (i % 8));
    }
    return out;
}

ReachableHours ReachableHours::decode(ByteView bytes) {
    ReachableHours out;
    if (bytes.size() != 8 + bitmap_size) return out;
    out.newest_ = read_be<std::uint64_t>(bytes);
    for (std::size_t i = 0; i < hours_kept; ++i)
        out.hours_[i] = (bytes[8 + i / 8] & 0x80U >> (i % 8)) != 0;
    return out;
}

}  // namespace kith::node
