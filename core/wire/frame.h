// SPDX-License-Identifier: GPL-3.0-or-later
// Frames on a link: u32 length || u8 type || body, length = 1 + body, big-endian
// (docs/spec/link.md).
#pragma once

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/wire/writer.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace kith::wire {

/// Part of the format: never renumbered. 0x30..0x3f are kept for files.
enum class FrameType : std::uint8_t {
    Call = 0x01,
    Auth = 0x02,
    WantDl = 0x03,
    Dl = 0x04,
    Ready = 0x05,
    Ping = 0x06,
    Pong = 0x07,
    Busy = 0x08,
    Bye = 0x09,
    Msg = 0x10,
    Ack = 0x11,
    GetBundle = 0x12,
    Bundle = 0x13,
    Link = 0x14,
    Deposit = 0x20,
    Receipt = 0x21,
    Refuse = 0x22,
    Pickup = 0x23,
    Batch = 0x24,
    AckDel = 0x25,
    Deleted = 0x26,
    LeaseReq = 0x27,
    Lease = 0x28,
    CapSet = 0x29,
    Stat = 0x2a,
    StatReply = 0x2b,
    Audit = 0x2c,
    AuditReply = 0x2d,
    Nudge = 0x2e,
};

/// Types from here on may be unknown and are then ignored; unknown ones below end the link.
inline constexpr std::uint8_t first_ignorable_type = 0x80;

/// Length field plus type.
inline constexpr std::size_t frame_head = 5;
/// Largest body of any frame.
inline constexpr std::size_t frame_body_max = limits::frame_after_open - 1;

/// Its name in the specification ("GET_BUNDLE"), "unknown" for other numbers.
std::string_view to_string(FrameType type);

/// Largest body of this type in bytes; nullopt when the type is unknown.
std::optional<std::size_t> body_cap(FrameType type);

/// One frame. The body is a view into the splitter's buffer.
struct Frame {
    FrameType type{};
    ByteView body;
};

/// Appends the frame of a typed body (handshake_frames.h, link_frames.h, ...). Requires: the body
/// is within the cap of its type.
template <class Body>
void append_frame(Bytes& out, const Body& body);

/// Appends a frame whose body is encoded already. Requires: as above.
void append_frame(Bytes& out, FrameType type, ByteView body);

namespace detail {

/// Writes the head with a length to be filled in; gives where the frame starts.
std::size_t begin_frame(Bytes& out, FrameType type);
void end_frame(Bytes& out, std::size_t start);

}  // namespace detail

template <class Body>
void append_frame(Bytes& out, const Body& body) {
    const std::size_t start = detail::begin_frame(out, Body::type);
    Writer writer(out);
    body.write(writer);
    detail::end_frame(out, start);
}

/// The body alone, for tests and digests.
template <class Body>
Bytes encode_body(const Body& body) {
    Bytes out;
    Writer writer(out);
    body.write(writer);
    return out;
}

}  // namespace kith::wire
