// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/frame_splitter.h"

#include "core/base/assert.h"
#include "core/base/refusal.h"

#include <algorithm>

namespace kith::wire {

namespace {

constexpr std::size_t length_field = 4;

}  // namespace

MutableByteView FrameSplitter::room() {
    // Move what is left of a frame to the front, so that the buffer need not grow for it.
    if (begin_ > 0) {
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
                  buffer_.begin());
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) buffer_.resize(buffer_.size() + step);
    return MutableByteView(buffer_).subspan(end_);
}

void FrameSplitter::commit(std::size_t count) {
    KITH_ASSERT(count <= buffer_.size() - end_);
    end_ += count;
}

void FrameSplitter::feed(ByteView bytes) {
    while (!bytes.empty()) {
        const MutableByteView space = room();
        const std::size_t count = std::min(space.size(), bytes.size());
        std::ranges::copy(bytes.first(count), space.begin());
        commit(count);
        bytes = bytes.subspan(count);
    }
}

void FrameSplitter::release() {
    const ByteView held = ByteView(buffer_).subspan(begin_, end_ - begin_);
    buffer_ = to_bytes(held);
    begin_ = 0;
    end_ = buffer_.size();
}

Result<std::optional<Frame>> FrameSplitter::next() {
    for (;;) {
        const ByteView held = ByteView(buffer_).subspan(begin_, end_ - begin_);
        if (held.size() < length_field) return std::nullopt;
        const std::size_t length = read_be<std::uint32_t>(held);
        const std::size_t most = open_ ? limits::frame_after_open : limits::frame_before_open;
        if (length == 0 || length > most) {
            return refuse(Code::TooLarge, "size", "frame of " + std::to_string(length) + " bytes");
        }
        if (held.size() < frame_head) return std::nullopt;
        const auto type = static_cast<FrameType>(held[length_field]);
        const auto cap = body_cap(type);
        const bool ignorable = open_ && held[length_field] >= first_ignorable_type;
        if (!cap && !ignorable) {
            return refuse(
                Code::Malformed, "bad_type", "frame type " + std::to_string(held[length_field]));
        }
        if (cap && length - 1 > *cap) {
            return refuse(Code::TooLarge, "size", "frame over the cap of its type");
        }
        if (held.size() < length_field + length) return std::nullopt;
        begin_ += length_field + length;
        if (cap) return Frame{type, held.subspan(frame_head, length - 1)};
        ++ignored_;
    }
}

}  // namespace kith::wire
