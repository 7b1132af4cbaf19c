// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of the frames between the owner of a mailbox and its host: PICKUP, BATCH, ACKDEL, DELETED,
// LEASE_REQ, LEASE, CAP_SET, NUDGE (docs/spec/mailbox.md). Only their shape; what they mean belongs
// to core/mailbox. ByteView members point into the body given to decode().
#pragma once

#include "core/wire/frame.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace kith::wire {

using LeaseName = std::array<std::uint8_t, 16>;

/// An envelope in a mailbox, and its place there.
struct HeldEnvelope {
    std::uint64_t seq = 0;
    ByteView envelope;
};

/// Collects mail: what stands behind `cursor`.
struct Pickup {
    static constexpr FrameType type = FrameType::Pickup;
    static constexpr std::size_t max_envelope_keys = 32;

    std::uint32_t q = 0;
    LeaseName lease{};
    /// OWN, the first time on a link.
    std::optional<std::array<std::uint8_t, 64>> proof;
    std::uint64_t cursor = 0;
    /// Most bytes of envelopes to send; 0 only proves ownership.
    std::uint32_t bytes = 0;
    /// Only envelopes for these keys; empty for all.
    std::vector<std::uint32_t> envelope_keys;

    void write(Writer& out) const;
    static Result<Pickup> decode(ByteView body);

    friend bool operator==(const Pickup&, const Pickup&) = default;
};

struct Batch {
    static constexpr FrameType type = FrameType::Batch;
    static constexpr std::size_t max_items = 256;

    std::uint32_t q = 0;
    std::vector<HeldEnvelope> items;
    std::uint64_t cursor = 0;
    bool more = false;

    void write(Writer& out) const;
    static Result<Batch> decode(ByteView body);
};

/// These have been committed by the owner and may go.
struct AckDel {
    static constexpr FrameType type = FrameType::AckDel;
    static constexpr std::size_t max_envelopes = 512;

    std::uint32_t q = 0;
    LeaseName lease{};
    /// The first 16 bytes of each envelope hash.
    std::vector<std::array<std::uint8_t, 16>> envelopes;

    void write(Writer& out) const;
    static Result<AckDel> decode(ByteView body);

    friend bool operator==(const AckDel&, const AckDel&) = default;
};

struct Deleted {
    static constexpr FrameType type = FrameType::Deleted;

    std::uint32_t q = 0;
    std::uint32_t count = 0;

    void write(Writer& out) const;
    static Result<Deleted> decode(ByteView body);

    friend bool operator==(const Deleted&, const Deleted&) = default;
};

/// Asks for space, or gives it back (bytes 0).
struct LeaseReq {
    static constexpr FrameType type = FrameType::LeaseReq;
    static constexpr std::size_t max_work = 256;

    std::uint32_t q = 0;
    /// LK.
    std::array<std::uint8_t, 32> key{};
    /// OWN.
    std::array<std::uint8_t, 64> proof{};
    std::uint64_t bytes = 0;
    /// Work, from strangers.
    std::optional<ByteView> work;

    void write(Writer& out) const;
    static Result<LeaseReq> decode(ByteView body);
};

struct Lease {
    static constexpr FrameType type = FrameType::Lease;

    std::uint32_t q = 0;
    LeaseName lease{};
    std::uint64_t quota = 0;
    /// Unix seconds.
    std::uint64_t expires = 0;
    std::array<std::uint8_t, 64> sig{};
    /// Number of the owner's settings at the host.
    std::uint32_t revision = 0;
    std::uint64_t used = 0;
    /// One-time prekeys that are left, by device; hosts of before do not say.
    std::optional<std::array<std::uint8_t, 8>> prekeys = std::nullopt;

    void write(Writer& out) const;
    static Result<Lease> decode(ByteView body);

    friend bool operator==(const Lease&, const Lease&) = default;
};

/// Whom a deposit capability was given to. Part of the format; others are kept as they are.
enum class CapabilityKind : std::uint8_t { Contact = 0, Group = 1, Invite = 2, HandOff = 3 };

struct CapabilityGrant {
    std::array<std::uint8_t, 32> key{};
    CapabilityKind kind = CapabilityKind::Contact;
    std::uint32_t envelopes = 0;
    std::uint64_t bytes = 0;
    /// Unix seconds.
    std::uint64_t expires = 0;

    friend bool operator==(const CapabilityGrant&, const CapabilityGrant&) = default;
};

/// The owner's settings at a host: who may deposit, and what the host hands out in the owner's
/// name.
struct CapSet {
    static constexpr FrameType type = FrameType::CapSet;
    static constexpr std::size_t max_capabilities = 64;
    static constexpr std::size_t max_beacons = 16;
    static constexpr std::size_t max_prekeys = 100;
    /// Device index, then a sealed one-time prekey.
    static constexpr std::size_t prekey_size = 165;

    std::uint32_t q = 0;
    LeaseName lease{};
    std::uint32_t revision = 0;
    std::vector<CapabilityGrant> add;
    std::vector<std::array<std::uint8_t, 32>> remove;
    std::vector<ByteView> beacons;
    std::optional<ByteView> bundle;
    std::vector<ByteView> prekeys;

    void write(Writer& out) const;
    static Result<CapSet> decode(ByteView body);
};

/// Mail has come: itself, or how much of it.
struct Nudge {
    static constexpr FrameType type = FrameType::Nudge;

    LeaseName lease{};
    std::uint32_t count = 0;
    std::optional<std::vector<HeldEnvelope>> items;

    void write(Writer& out) const;
    static Result<Nudge> decode(ByteView body);
};

}  // namespace kith::wire
