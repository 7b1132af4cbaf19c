// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/frame_splitter.h"

#include "core/base/assert.h"
#include "core/base/refusal.h"

#include <algorithm>
#include <cstring>

namespace kith::wire {

namespace {

constexpr std::size_t length_field = 4;

}  // namespace

MutableByteView FrameSplitter::room() {
    // Move what is left of a frame to the front, so that the buffer need not grow for it.
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
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
        std::memcpy(space.data(), bytes.data(), count);
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

// Length of the frame that begins with `held`: type and body. nullopt while the head is not there.
// Errors as next().
Result<std::optional<std::size_t>> FrameSplitter::check_head(ByteView held) const {
    if (held.size() < length_field) return std::nullopt;
    const std::size_t length = read_be<std::uint32_t>(held);
    const std::size_t most = open_ ? limits::frame_after_open : limits::frame_before_open;
    if (length == 0 || length > most) {
        return refuse(Code::TooLarge, "size", "frame of " + std::to_string(length) + " bytes");
    }
    if (held.size() < frame_head) return std::nullopt;
    const std::uint8_t type = held[length_field];
    const auto cap = body_cap(static_cast<FrameType>(type));
    if (!cap && !(open_ && type >= first_ignorable_type)) {
        return refuse(Code::Malformed, "bad_type", "frame type " + std::to_string(type));
    }
    if (cap && length - 1 > *cap) {
        return refuse(Code::TooLarge, "size", "frame over the cap of its type");
    }
    return length;
}

Result<std::optional<Frame>> FrameSplitter::next() {
    for (;;) {
        const ByteView held = ByteView(buffer_).subspan(begin_, end_ - begin_);
        KITH_TRY(const auto length, check_head(held));
        if (!length || held.size() < length_field + *length) return std::nullopt;
        begin_ += length_field + *length;
        const auto type = static_cast<FrameType>(held[length_field]);
        if (body_cap(type)) return Frame{type, held.subspan(frame_head, *length - 1)};
        ++ignored_;
    }
}

}  // namespace kith::wire
