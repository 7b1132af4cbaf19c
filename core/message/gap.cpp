// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/gap.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <iterator>

namespace kith::message {
namespace {

constexpr std::size_t row_max = 2048;

std::uint64_t length(const Gap& gap) {
    return gap.last - gap.first + 1;
}

}  // namespace

GapTracker::Seen GapTracker::observe(std::uint64_t seq) {
    if (seq > highest_) {
        const bool next = seq == highest_ + 1;
        if (!next) {
            missing_.push_back({highest_ + 1, seq - 1});
            give_up_oldest();
        }
        highest_ = seq;
        return next ? Seen::Next : Seen::Ahead;
    }
    const auto gap = std::ranges::lower_bound(missing_, seq, {}, &Gap::last);
    if (gap == missing_.end() || seq < gap->first) return Seen::Known;
    const Gap before{gap->first, seq - 1};
    const Gap after{seq + 1, gap->last};
    if (seq > gap->first && seq < gap->last) {
        *gap = after;
        missing_.insert(gap, before);
        give_up_oldest();
    } else if (seq > gap->first) {
        *gap = before;
    } else if (seq < gap->last) {
        *gap = after;
    } else {
        missing_.erase(gap);
    }
    return Seen::Filled;
}

void GapTracker::give_up_oldest() {
    if (missing_.size() <= gap_ranges) return;
    lost_ += length(missing_.front());
    missing_.erase(missing_.begin());
}

void GapTracker::give_up() {
    lost_ += missing_count();
    missing_.clear();
}

std::uint64_t GapTracker::missing_count() const {
    std::uint64_t count = 0;
    for (const Gap& gap : missing_)
        count += length(gap);
    return count;
}

Bytes GapTracker::encode() const {
    Bytes bytes;
    wire::Writer out(bytes);
    out.array(3).uint(highest_).uint(lost_).array(missing_.size());
    for (const Gap& gap : missing_)
        out.array(2).uint(gap.first).uint(gap.last);
    return bytes;
}

Result<GapTracker> GapTracker::decode(ByteView bytes) {
    wire::Reader in(bytes, row_max);
    in.tuple(3);
    GapTracker tracker;
    tracker.highest_ = in.u64();
    tracker.lost_ = in.u64();
    const std::size_t count = in.array(0, gap_ranges);
    std::uint64_t above = 0;  // every gap lies above this number
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        in.tuple(2);
        const Gap gap{in.u64(), in.u64()};
        in.require(gap.first > above && gap.first <= gap.last && gap.last < tracker.highest_);
        above = gap.last + 1;
        tracker.missing_.push_back(gap);
    }
    if (!in.finish()) return fail(Code::Corrupt, "row of gaps");
    return tracker;
}

std::vector<MessageId> unknown_parents(std::span<const MessageId> parents,
                                       const std::function<bool(const MessageId&)>& known) {
    std::vector<MessageId> unknown;
    std::ranges::copy_if(
        parents, std::back_inserter(unknown), [&](const MessageId& id) { return !known(id); });
    return unknown;
}

}  // namespace kith::message
