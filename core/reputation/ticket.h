// SPDX-License-Identifier: GPL-3.0-or-later
// What a stranger shows with its first message: work, or one of our invitations. And what a
// volunteer's client shows to get space: work.
//
//   hd_i   = HL("pow-init", INIT_i)[:16]                  one INIT for each device, n = 1..8
//   bh     = HL("pow-body", AK_sender, hd_1 || .. || hd_n)
//   c      = HL("pow", A_e, u64 e, D_e, u32 d, u8 n, bh)              c of a lease:
//                                                         HL("pow-lease", box_id, LK, u64 e, u32 d)
//   proof  = u8 1 || u64 e || u32 d || u8 n || bh 32 || u64 nonce_0..3       78 bytes
//   ticket = proof || hd_1 .. hd_n
//          | u8 2 || inv 8 || MAC(KI, "Q" || A_e || hd_own)[:16]             25 bytes
//   lease  = u8 1 || u64 e || u32 d || u64 nonce_0..3                        45 bytes
//
// A_e binds the recipient, its reach secret and the day; D_e is unknown to anybody before it is
// published, so work cannot be done years ahead; bh binds sender and messages and shows neither.
// Decoders judge form only. Specification: docs/spec/reputation.md#ticket.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/reputation/proof_of_work.h"

#include <array>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace kith::reputation {

inline constexpr std::size_t proof_size = 78;
inline constexpr std::size_t lease_work_size = 45;
inline constexpr std::size_t invite_ticket_size = 25;
/// Most devices that one request speaks to.
inline constexpr std::size_t ticket_inits = 8;
/// Work for a lease at a volunteer: 64 rCPU.
inline constexpr std::uint32_t lease_difficulty = 16'000;
/// What a host asks at least of a stranger's deposit: it cannot read the advertised effort.
inline constexpr std::uint32_t host_least_difficulty = 63;

using InitDigest = PublicBytes<16, struct InitDigestTag>;  ///< hd
using BodyHash = PublicBytes<32, struct BodyHashTag>;      ///< bh
using InviteTag = PublicBytes<16, struct InviteTagTag>;

/// hd of one INIT, the bytes of the session handshake without its inner message.
InitDigest init_digest(ByteView init);

/// bh. Requires: 1..8 digests.
BodyHash body_hash(const crypto::AccountKey& sender, std::span<const InitDigest> digests);

/// Whose day the work is for.
struct RecipientDay {
    crypto::BlindedAccountKey account;  ///< A_e
    std::uint64_t epoch = 0;            ///< e, docs/spec/directory.md#epochs
    crypto::BeaconKey beacon;           ///< D_e
};

/// Work without what it is about.
struct Proof {
    std::uint64_t epoch = 0;
    std::uint32_t difficulty = 1;  ///< >= 1
    std::uint8_t inits = 1;        ///< n, 1..8
    BodyHash body;
    Nonces nonces{};

    Bytes encode() const;
    /// Malformed ("size", "bad_field"); UnsupportedVersion ("version").
    static Result<Proof> decode(ByteView bytes);

    /// The puzzle that this claims to solve. Requires: day.epoch == epoch.
    Puzzle puzzle(const RecipientDay& day) const;

    friend bool operator==(const Proof&, const Proof&) = default;
};

/// Ticket of kind 1.
struct WorkTicket {
    Proof proof;
    std::vector<InitDigest> digests;  ///< proof.inits of them

    friend bool operator==(const WorkTicket&, const WorkTicket&) = default;
};

/// Ticket of kind 2.
struct InviteTicket {
    crypto::InviteId invite;
    InviteTag tag;

    friend bool operator==(const InviteTicket&, const InviteTicket&) = default;
};

using Ticket = std::variant<WorkTicket, InviteTicket>;

Bytes encode_ticket(const Ticket& ticket);
/// Malformed ("size", "bad_field"); UnsupportedVersion ("version").
Result<Ticket> decode_ticket(ByteView bytes);

/// Tag of an invitation's holder for one INIT.
InviteTag invite_tag(const crypto::InviteKey& key,
                     const crypto::BlindedAccountKey& recipient,
                     const InitDigest& own);

/// Refused ("bad_mac"), in constant time. One HMAC.
Result<> verify_invite(const InviteTicket& ticket,
                       const crypto::InviteKey& key,
                       const crypto::BlindedAccountKey& recipient,
                       const InitDigest& own);

/// Work for a lease at a volunteer's host.
struct LeaseWork {
    std::uint64_t epoch = 0;
    std::uint32_t difficulty = lease_difficulty;
    Nonces nonces{};

    Bytes encode() const;
    /// Malformed ("size", "bad_field"); UnsupportedVersion ("version").
    static Result<LeaseWork> decode(ByteView bytes);

    Puzzle puzzle(const crypto::BoxId& host, const crypto::LeaseKey& lease) const;

    friend bool operator==(const LeaseWork&, const LeaseWork&) = default;
};

}  // namespace kith::reputation
