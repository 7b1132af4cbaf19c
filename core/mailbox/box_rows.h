// SPDX-License-Identifier: GPL-3.0-or-later
// What a mailbox host keeps, as rows: what the box reads, and what it asks to be changed. Storage
// is handed in: core/store/mailbox_table.h maps these rows to the store; tests keep them in memory.
//
// All changes of one answer are one batch. Specification: docs/spec/mailbox.md#rows.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/mailbox/capability.h"
#include "core/mailbox/lease.h"
#include "core/mailbox/ledger.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

namespace kith::mailbox {

/// What became of an envelope; as STAT answers it. Part of the wire and disk formats.
enum class Fate : std::uint8_t { Unknown = 0, Held = 1, Gone = 2, Expired = 3 };

/// Which proof of work paid for a stranger's envelope: the first half of c.
using WorkId = PublicBytes<16, struct WorkIdTag>;

/// One envelope, held or remembered (a tombstone), without its bytes.
struct EnvelopeRow {
    crypto::LeaseId lease;
    crypto::EnvelopeHash hash;
    Fate fate = Fate::Held;
    std::uint64_t seq = 0;  ///< its place in the mailbox; rising
    std::uint32_t size = 0;
    Timestamp stored_at{};  ///< whole seconds, as all times here
    Timestamp expires{};    ///< of a tombstone: until when it is remembered
    /// nullopt: a stranger.
    std::optional<crypto::DepositKey> depositor;
    /// Of strangers: work for each envelope (d/n), and which proof it was.
    std::uint32_t rank = 0;
    WorkId work;
    /// Other keys that have left it again: a depositor whose key was renewed, a host that stops.
    /// They may ask about it; it counts as the first one's.
    std::vector<crypto::DepositKey> again = {};

    bool held() const { return fate == Fate::Held; }

    bool left_by(const crypto::DepositKey& key) const {
        return depositor == key || std::ranges::find(again, key) != again.end();
    }

    DepositorMark mark() const {
        return depositor ? DepositorMark(mark_of(*depositor)) : std::nullopt;
    }

    friend bool operator==(const EnvelopeRow&, const EnvelopeRow&) = default;
};

/// Keys in EnvelopeRow::again; the oldest gives way.
inline constexpr std::size_t left_again_max = 4;

struct LeaseRow {
    crypto::LeaseId id;
    crypto::LeaseKey owner;
    LeaseClass lease_class = LeaseClass::Contact;
    std::uint64_t quota = 0;  ///< 0: granted and not taken up, or ended
    Timestamp expires{};
    std::uint32_t revision = 0;  ///< of the owner's settings
    std::uint64_t next_seq = 1;  ///< no envelope has this or a higher place, but for newer rows
    std::uint64_t next_prekey = 1;
    bool granted = false;  ///< the host's owner agreed to this key; Contact only

    friend bool operator==(const LeaseRow&, const LeaseRow&) = default;
};

struct CapabilityRow {
    crypto::LeaseId lease;
    crypto::DepositKey key;
    CapabilityKind kind = CapabilityKind::Contact;
    std::uint32_t envelopes = 0;  ///< held at the same time; 0: no limit of the owner's
    std::uint64_t bytes = 0;
    Timestamp expires{};

    friend bool operator==(const CapabilityRow&, const CapabilityRow&) = default;
};

/// What a beacon says to a host; read once, by core/directory.
struct BeaconFacts {
    crypto::BlindedAccountKey account;  ///< A_e
    crypto::BeaconKey signer;           ///< D_e: seed of the day's puzzles
    std::uint64_t epoch = 0;
    std::uint64_t revision = 0;  ///< reissue and rev as one number
    std::uint8_t slot = 0;

    friend bool operator==(const BeaconFacts&, const BeaconFacts&) = default;
};

struct StoredBeacon {
    BeaconFacts facts;
    Bytes data;  ///< 554 bytes

    friend bool operator==(const StoredBeacon&, const StoredBeacon&) = default;
};

/// What the host hands out in the owner's name; opaque to it but for the facts.
struct PublicationRow {
    crypto::LeaseId lease;
    std::vector<StoredBeacon> beacons;
    Bytes bundle;  ///< empty: none

    friend bool operator==(const PublicationRow&, const PublicationRow&) = default;
};

struct PrekeyRow {
    crypto::LeaseId lease;
    std::uint8_t device = 0;  ///< index in the owner's device list
    std::uint64_t number = 0;
    Bytes sealed;  ///< 164 bytes

    friend bool operator==(const PrekeyRow&, const PrekeyRow&) = default;
};

/// How many envelopes one proof of work has paid for.
struct WorkRow {
    crypto::LeaseId lease;
    WorkId work;
    std::uint8_t used = 0;
    Timestamp until{};  ///< the proof is void afterwards

    friend bool operator==(const WorkRow&, const WorkRow&) = default;
};

// --- Changes ------------------------------------------------------------------------------------

/// A new envelope. The view lives as long as the request it came in.
struct StoreEnvelope {
    EnvelopeRow row;
    ByteView envelope;
};

/// The same row again, but for who has left it again, so that whoever waits for its batch waits for
/// the row: a repeated receipt.
struct RepeatEnvelope {
    EnvelopeRow row;
};

/// The bytes go, a tombstone stays.
struct BuryEnvelope {
    EnvelopeRow held;       ///< as it was
    EnvelopeRow tombstone;  ///< fate Gone or Expired, `expires` = until when
};

struct ForgetEnvelope {
    EnvelopeRow tombstone;
};

struct PutLease {
    LeaseRow row;
};

/// With its publication; capabilities and prekeys have changes of their own.
struct EraseLease {
    crypto::LeaseId lease;
};

struct PutCapability {
    CapabilityRow row;
};

struct EraseCapability {
    crypto::LeaseId lease;
    crypto::DepositKey key;
};

struct PutPublication {
    PublicationRow row;
};

struct PutPrekey {
    PrekeyRow row;
};

struct ErasePrekey {
    crypto::LeaseId lease;
    std::uint8_t device = 0;
    std::uint64_t number = 0;
};

struct PutWork {
    WorkRow row;
};

struct EraseWork {
    WorkRow row;
};

using HostChange = std::variant<StoreEnvelope,
                                RepeatEnvelope,
                                BuryEnvelope,
                                ForgetEnvelope,
                                PutLease,
                                EraseLease,
                                PutCapability,
                                EraseCapability,
                                PutPublication,
                                PutPrekey,
                                ErasePrekey,
                                PutWork,
                                EraseWork>;
using HostChanges = std::vector<HostChange>;

// --- Reading ------------------------------------------------------------------------------------

/// What the counters need of a held envelope.
struct CountedEnvelope {
    crypto::LeaseId lease;
    std::uint64_t seq = 0;
    std::uint32_t size = 0;
    DepositorMark from;
};

/// Rows as they are now, changes handed in but not yet synced included. Visitors return false to
/// end the walk; views end with the call.
class BoxRows {
  public:
    BoxRows() = default;
    BoxRows(const BoxRows&) = delete;
    BoxRows& operator=(const BoxRows&) = delete;
    virtual ~BoxRows() = default;

    virtual Result<> leases(const std::function<void(const LeaseRow&)>& visit) const = 0;
    virtual Result<> capabilities(const std::function<void(const CapabilityRow&)>& visit) const = 0;
    virtual Result<> publications(
        const std::function<void(const PublicationRow&)>& visit) const = 0;
    /// Every held envelope once, in any order; reads no envelope.
    virtual Result<> count(const std::function<void(const CountedEnvelope&)>& visit) const = 0;

    /// nullopt: never heard of, or forgotten.
    virtual Result<std::optional<EnvelopeRow>> find(const crypto::LeaseId& lease,
                                                    const EnvelopeTag& tag) const = 0;
    /// Held envelopes with seq > cursor, rising.
    virtual Result<> after(
        const crypto::LeaseId& lease,
        std::uint64_t cursor,
        const std::function<bool(std::uint64_t seq, ByteView envelope)>& visit) const = 0;
    /// The bytes of a held envelope; nullopt: not held.
    virtual Result<std::optional<Bytes>> envelope(const crypto::LeaseId& lease,
                                                  std::uint64_t seq) const = 0;
    /// Held envelopes of strangers; a pool holds at most some hundred.
    virtual Result<std::vector<EnvelopeRow>> strangers(const crypto::LeaseId& lease) const = 0;
    virtual Result<std::optional<WorkRow>> work(const crypto::LeaseId& lease,
                                                const WorkId& work) const = 0;
    virtual Result<std::optional<PublicationRow>> publication(
        const crypto::LeaseId& lease) const = 0;
    /// Prekeys that are left, by device and number; reads at most `limit`.
    virtual Result<std::vector<PrekeyRow>> prekeys(const crypto::LeaseId& lease,
                                                   std::size_t limit) const = 0;

    /// Rows whose time has come, the earliest first: held envelopes, tombstones, work.
    virtual Result<std::vector<EnvelopeRow>> expired(Timestamp now, std::size_t limit) const = 0;
    virtual Result<std::vector<EnvelopeRow>> forgettable(Timestamp now,
                                                         std::size_t limit) const = 0;
    virtual Result<std::vector<WorkRow>> void_work(Timestamp now, std::size_t limit) const = 0;
};

}  // namespace kith::mailbox
