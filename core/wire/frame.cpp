// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/frame.h"

#include "core/base/assert.h"

#include <array>
#include <limits>

namespace kith::wire {

namespace {

struct FrameInfo {
    FrameType type;
    std::string_view name;
    std::size_t cap;  // largest body
};

constexpr std::size_t kib = 1024;
constexpr std::size_t full = frame_body_max;

// docs/spec/link.md#frames, in the order of the numbers.
constexpr std::array frames{
    FrameInfo{FrameType::Call, "CALL", 33},
    FrameInfo{FrameType::Auth, "AUTH", 512},
    FrameInfo{FrameType::WantDl, "WANT_DL", 4 * kib},
    FrameInfo{FrameType::Dl, "DL", 4 * kib},
    FrameInfo{FrameType::Ready, "READY", 4 * kib},
    FrameInfo{FrameType::Ping, "PING", 64},
    FrameInfo{FrameType::Pong, "PONG", 64},
    FrameInfo{FrameType::Busy, "BUSY", 4 * kib},
    FrameInfo{FrameType::Bye, "BYE", 64},
    FrameInfo{FrameType::Msg, "MSG", full},
    FrameInfo{FrameType::Ack, "ACK", 24 * kib},
    FrameInfo{FrameType::GetBundle, "GET_BUNDLE", 64},
    FrameInfo{FrameType::Bundle, "BUNDLE", full},
    FrameInfo{FrameType::Link, "LINK", 8 * kib},
    FrameInfo{FrameType::Deposit, "DEPOSIT", full},
    FrameInfo{FrameType::Receipt, "RECEIPT", 128},
    FrameInfo{FrameType::Refuse, "REFUSE", 64},
    FrameInfo{FrameType::Pickup, "PICKUP", 512},
    FrameInfo{FrameType::Batch, "BATCH", full},
    FrameInfo{FrameType::AckDel, "ACKDEL", 12 * kib},
    FrameInfo{FrameType::Deleted, "DELETED", 64},
    FrameInfo{FrameType::LeaseReq, "LEASE_REQ", 512},
    FrameInfo{FrameType::Lease, "LEASE", 256},
    FrameInfo{FrameType::CapSet, "CAP_SET", full},
    FrameInfo{FrameType::Stat, "STAT", 8 * kib},
    FrameInfo{FrameType::StatReply, "STAT_R", 512},
    FrameInfo{FrameType::Audit, "AUDIT", 256},
    FrameInfo{FrameType::AuditReply, "AUDIT_R", 64},
    FrameInfo{FrameType::Nudge, "NUDGE", full},
};

// Place in `frames` of each number, none where there is no such type: looked up for every frame.
constexpr std::uint8_t none = 0xff;
constexpr auto places = [] {
    std::array<std::uint8_t, 256> out{};
    out.fill(none);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        out[static_cast<std::uint8_t>(frames[i].type)] = static_cast<std::uint8_t>(i);
    }
    return out;
}();

const FrameInfo* find(FrameType type) {
    const std::uint8_t place = places[static_cast<std::uint8_t>(type)];
    return place == none ? nullptr : &frames[place];
}

constexpr std::size_t length_field = 4;

}  // namespace

std::string_view to_string(FrameType type) {
    const FrameInfo* info = find(type);
    return info ? info->name : "unknown";
}

std::optional<std::size_t> body_cap(FrameType type) {
    const FrameInfo* info = find(type);
    if (!info) return std::nullopt;
    return info->cap;
}

namespace detail {

std::size_t begin_frame(Bytes& out, FrameType type) {
    const std::size_t start = out.size();
    append_be<std::uint32_t>(out, 0);
    out.push_back(static_cast<std::uint8_t>(type));
    return start;
}

void end_frame(Bytes& out, std::size_t start) {
    const std::size_t length = out.size() - start - length_field;
    const auto type = static_cast<FrameType>(out[start + length_field]);
    KITH_ASSERT(length - 1 <= body_cap(type).value_or(0));
    for (std::size_t i = 0; i < length_field; ++i) {
        out[start + i] = static_cast<std::uint8_t>(length >> (8 * (length_field - 1 - i)));
    }
}

}  // namespace detail

void append_frame(Bytes& out, FrameType type, ByteView body) {
    const std::size_t start = detail::begin_frame(out, type);
    append(out, body);
    detail::end_frame(out, start);
}

}  // namespace kith::wire
