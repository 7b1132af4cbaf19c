// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of the frames between devices: PING, PONG, BUSY, BYE, MSG, ACK (docs/spec/link.md).
// ByteView members point into the body given to decode().
#pragma once

#include "core/base/endpoint.h"
#include "core/wire/frame.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace kith::wire {

/// Is anybody there?
struct Ping {
    static constexpr FrameType type = FrameType::Ping;

    /// Rises per direction; the answer echoes it.
    std::uint32_t q = 0;
    /// Call me back at my source address and this port, to see whether I can be reached.
    std::optional<std::uint16_t> dial;

    void write(Writer& out) const;
    static Result<Ping> decode(ByteView body);

    friend bool operator==(const Ping&, const Ping&) = default;
};

/// What became of Ping::dial. Part of the format.
enum class DialBack : std::uint8_t { Reached = 1, Failed = 2, NotTried = 3 };

struct Pong {
    static constexpr FrameType type = FrameType::Pong;

    std::uint32_t q = 0;
    /// Wall clock of the answerer, unix seconds. A hint, never trusted.
    std::uint64_t wall = 0;
    /// The address that the answerer sees us at.
    Endpoint seen;
    std::optional<DialBack> dial;

    void write(Writer& out) const;
    static Result<Pong> decode(ByteView body);

    friend bool operator==(const Pong&, const Pong&) = default;
};

/// Why a MSG was not taken. Part of the format.
enum class BusyCode : std::uint8_t { Credit = 1, Rate = 2, Store = 3 };

/// These messages were not taken; send them again later.
struct Busy {
    static constexpr FrameType type = FrameType::Busy;

    std::vector<std::uint32_t> ns;
    BusyCode code = BusyCode::Credit;
    /// Seconds to wait.
    std::uint32_t retry = 0;

    void write(Writer& out) const;
    static Result<Busy> decode(ByteView body);

    friend bool operator==(const Busy&, const Busy&) = default;
};

/// Why a link ends. Part of the format.
enum class ByeCode : std::uint8_t { Stopping = 1, Idle = 2, Full = 3, SecondLink = 4 };

struct Bye {
    static constexpr FrameType type = FrameType::Bye;

    ByeCode code = ByeCode::Stopping;
    /// Seconds to wait before calling again.
    std::uint32_t retry = 0;

    void write(Writer& out) const;
    static Result<Bye> decode(ByteView body);

    friend bool operator==(const Bye&, const Bye&) = default;
};

/// One inner message for the device at the other end.
struct Msg {
    static constexpr FrameType type = FrameType::Msg;

    /// Rises on this link; names the message in ACK and BUSY.
    std::uint32_t n = 0;
    /// Not empty.
    ByteView inner;

    void write(Writer& out) const;
    static Result<Msg> decode(ByteView body);
};

/// These messages are on disk. Only `receipts` makes a message delivered.
struct Ack {
    static constexpr FrameType type = FrameType::Ack;

    std::vector<std::uint32_t> ns;
    /// An inner message that holds end-to-end receipts. Not empty.
    std::optional<ByteView> receipts;

    void write(Writer& out) const;
    static Result<Ack> decode(ByteView body);
};

}  // namespace kith::wire
