// SPDX-License-Identifier: GPL-3.0-or-later
// What happened to a message, step by step: the honest answer of `kith msg show`. A step is written
// in the commit of its transition. At most 200 steps: the first ones and the latest are kept, the
// ones between are counted. Specification: docs/spec/message.md#trace.
#pragma once

#include "core/base/bytes.h"
#include "core/base/endpoint.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace kith::message {

inline constexpr std::size_t trace_steps = 200;
/// Of these, how many of the first ones are never dropped.
inline constexpr std::size_t trace_first = 20;
/// Bytes of a host's receipt, kept so that anybody can verify it again.
inline constexpr std::size_t trace_proof_max = 128;

/// Part of the disk format, never renumber.
enum class TraceKind : std::uint8_t {
    Queued = 1,        ///< on disk here
    WaitsForKeys = 2,  ///< no bundle yet: the text waits, sealed at rest
    Encrypted = 3,
    LookUp = 4,  ///< asked the DHT where the contact is
    Direct = 5,  ///< tried a link
    Sent = 6,    ///< written to a link
    LinkLost = 7,
    Deposit = 8,  ///< asked a mailbox host to keep it
    Checked = 9,  ///< asked a host whether it still has it
    Delivered = 10,
    Read = 11,
    Expired = 12,
    Cancelled = 13,
    Retried = 14,
    NewSession = 15,  ///< encrypted again after a session was lost
    Received = 16,    ///< of a message that came in
};

std::string_view to_string(TraceKind kind);

/// How a step ended. Part of the disk format.
enum class TraceResult : std::uint8_t {
    Ok = 0,
    Timeout = 1,
    Refused = 2,      ///< nothing listens, or the peer said no
    Unreachable = 3,  ///< no route, no address
    NothingFound = 4,
    WrongKey = 5,  ///< somebody else answered
    Busy = 6,
    Failed = 7,
};

std::string_view to_string(TraceResult result);

struct TraceStep {
    Timestamp time{};  ///< stored in milliseconds
    TraceKind kind = TraceKind::Queued;
    TraceResult result = TraceResult::Ok;
    std::optional<crypto::DeviceId> device;  ///< of the recipient
    std::optional<crypto::BoxId> host;
    std::optional<Endpoint> endpoint;
    std::optional<std::uint32_t> took_ms;
    std::optional<Timestamp> until;  ///< next try, or how long a host keeps it; in seconds
    Bytes proof;                     ///< a host's receipt

    friend bool operator==(const TraceStep&, const TraceStep&) = default;
};

class Trace {
  public:
    const std::vector<TraceStep>& steps() const { return steps_; }

    /// Steps that were dropped between the first ones and the latest.
    std::uint32_t dropped() const { return dropped_; }

    void add(TraceStep step);

    Bytes encode() const;
    /// Corrupt: not made by encode().
    static Result<Trace> decode(ByteView bytes);

    friend bool operator==(const Trace&, const Trace&) = default;

  private:
    std::vector<TraceStep> steps_;
    std::uint32_t dropped_ = 0;
};

}  // namespace kith::message
