// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of the frames between a depositor and a mailbox host: DEPOSIT, RECEIPT, REFUSE, STAT,
// AUDIT and their answers (docs/spec/mailbox.md). Only their shape; signatures and quotas belong to
// core/mailbox. ByteView members point into the body given to decode().
#pragma once

#include "core/wire/frame.h"

#include <array>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace kith::wire {

/// The only sizes of an envelope in bytes. Part of the format.
inline constexpr std::array<std::size_t, 4> envelope_sizes{1024, 4096, 16384, 65536};

/// D_pub and its signature over one deposit.
struct DepositCapability {
    std::array<std::uint8_t, 32> key{};
    std::array<std::uint8_t, 64> sig{};

    friend bool operator==(const DepositCapability&, const DepositCapability&) = default;
};

/// A stranger names the recipient by A_e and pays with work.
struct DepositWork {
    static constexpr std::size_t max_proof = 256;

    std::array<std::uint8_t, 32> blinded{};
    ByteView proof;
};

/// Leaves an envelope, with a capability of the recipient or with work.
struct Deposit {
    static constexpr FrameType type = FrameType::Deposit;

    std::uint32_t q = 0;
    ByteView envelope;
    /// Seconds.
    std::uint32_t ttl = 0;
    std::variant<DepositCapability, DepositWork> right;

    void write(Writer& out) const;
    /// Malformed ("mp_field") also when the envelope has none of the four sizes, and unless exactly
    /// one right is given.
    static Result<Deposit> decode(ByteView body);
};

/// The host's promise, after its fsync.
struct HostReceipt {
    static constexpr FrameType type = FrameType::Receipt;

    std::uint32_t q = 0;
    /// Unix seconds, both.
    std::uint64_t stored_at = 0;
    std::uint64_t expires = 0;
    std::array<std::uint8_t, 64> sig{};

    void write(Writer& out) const;
    static Result<HostReceipt> decode(ByteView body);

    friend bool operator==(const HostReceipt&, const HostReceipt&) = default;
};

/// Part of the format. Codes unknown to this version are kept as they are.
enum class RefuseCode : std::uint8_t {
    Off = 1,
    Unknown = 2,
    Share = 3,
    Full = 4,
    Strangers = 5,
    Effort = 6,
    Ttl = 7,
    Size = 8,
    Rate = 9,
    Busy = 10,
    Gone = 11,
};

struct Refuse {
    static constexpr FrameType type = FrameType::Refuse;

    std::uint32_t q = 0;
    RefuseCode code = RefuseCode::Off;
    /// Seconds.
    std::uint32_t retry = 0;
    /// Work that would do, in rCPU.
    std::optional<std::uint16_t> effort;

    void write(Writer& out) const;
    static Result<Refuse> decode(ByteView body);

    friend bool operator==(const Refuse&, const Refuse&) = default;
};

/// Asks what became of envelopes. The owner of the lease asks without key and signature.
struct Stat {
    static constexpr FrameType type = FrameType::Stat;
    static constexpr std::size_t max_envelopes = 256;

    std::uint32_t q = 0;
    std::optional<std::array<std::uint8_t, 32>> key;
    /// The first 16 bytes of each envelope hash.
    std::vector<std::array<std::uint8_t, 16>> envelopes;
    std::optional<std::array<std::uint8_t, 64>> sig;

    void write(Writer& out) const;
    static Result<Stat> decode(ByteView body);

    friend bool operator==(const Stat&, const Stat&) = default;
};

/// One byte for each envelope asked about: 0 unknown, 1 held, 2 gone, 3 expired.
struct StatReply {
    static constexpr FrameType type = FrameType::StatReply;

    std::uint32_t q = 0;
    ByteView states;

    void write(Writer& out) const;
    static Result<StatReply> decode(ByteView body);
};

/// Asks for proof that an envelope is held.
struct Audit {
    static constexpr FrameType type = FrameType::Audit;

    std::uint32_t q = 0;
    std::array<std::uint8_t, 32> key{};
    std::array<std::uint8_t, 32> envelope{};
    std::array<std::uint8_t, 16> nonce{};
    std::array<std::uint8_t, 64> sig{};

    void write(Writer& out) const;
    static Result<Audit> decode(ByteView body);

    friend bool operator==(const Audit&, const Audit&) = default;
};

/// MAC(nonce, envelope).
struct AuditReply {
    static constexpr FrameType type = FrameType::AuditReply;

    std::uint32_t q = 0;
    std::array<std::uint8_t, 32> hash{};

    void write(Writer& out) const;
    static Result<AuditReply> decode(ByteView body);

    friend bool operator==(const AuditReply&, const AuditReply&) = default;
};

}  // namespace kith::wire
