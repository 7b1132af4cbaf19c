// SPDX-License-Identifier: GPL-3.0-or-later
// The host's state machine: what a mailbox answers to each request, and what must be stored before
// the answer leaves. It owns no link and no disk, and draws no time.
//
// Rule of the caller, for every outcome: hand its changes to the store in the same turn, in one
// batch; send the answer only when that batch is synced; if the batch fails, call load() and send
// REFUSE(busy). Reads then see what earlier outcomes changed. Nothing is served before its own
// batch is synced: call committed() for what a deposit stored.
//
// All requests are idempotent: repeated, they give the same answer and no second effect.
// Specification: docs/spec/mailbox.md#host.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/gcra.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/crypto/sign.h"
#include "core/mailbox/box_rows.h"
#include "core/mailbox/ledger.h"
#include "core/mailbox/retention.h"
#include "core/wire/bundle_frames.h"
#include "core/wire/deposit_frames.h"
#include "core/wire/lease_frames.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace kith::mailbox {

/// `mailbox.serve`: for whom this device is a host. An own device's lease is always given.
enum class Serve : std::uint8_t { Off, Contacts, Network };

/// Limits of one host. The defaults are those of the specification; numbers of the classes stand in
/// quota.h.
struct BoxLimits {
    Serve serve = Serve::Contacts;
    std::uint64_t quota = std::uint64_t{1} << 30;  ///< all mailboxes but own ones
    std::size_t leases = 4096;
    /// Capabilities of one lease. Each takes some hundred bytes of memory.
    std::size_t capabilities = 256;
    std::size_t volunteer_capabilities = 64;
    /// Disk that own mailboxes leave free, and below which nobody deposits.
    std::uint64_t own_reserve = std::uint64_t{1} << 30;
    std::uint64_t disk_reserve = std::uint64_t{16} << 20;
    /// Deposits: of a /24 or /64, and of a capability.
    Pace source = Pace::of(2000, milliseconds(20));
    Pace capability = Pace::of(1000, milliseconds(100));
    /// Of a capability.
    Pace stat = Pace::of(5, minutes(1));
    Pace audit = Pace::of(10, minutes(6));
    /// One-time prekeys handed out of one lease, a day.
    std::uint32_t prekeys_per_day = 20;
};

/// The world around one request.
struct HostMoment {
    SteadyTime steady{};
    Timestamp wall{};
    std::uint64_t epoch = 0;  ///< of beacons (docs/spec/directory.md#epochs)
    bool clock_sane = true;   ///< false: deposits are refused as busy, nothing expires
    bool writable = true;     ///< the store takes changes
    std::uint64_t free_bytes = ~std::uint64_t{0};  ///< of the disk
};

/// One link, as the host knows it. The node keeps it as long as the link lives.
struct HostLink {
    crypto::ChannelBinding exporter;
    NetworkPrefix source{};
    /// Proven by OWN on this link.
    std::vector<crypto::LeaseId> owned;

    bool owns(const crypto::LeaseId& lease) const;
};

/// An answer and what must be synced before it leaves.
template <class Answer>
struct Outcome {
    std::variant<Answer, wire::Refuse> answer;
    HostChanges changes;

    const Answer* accepted() const { return std::get_if<Answer>(&answer); }

    const wire::Refuse* refused() const { return std::get_if<wire::Refuse>(&answer); }
};

/// Something that came to a mailbox, to be pushed to its owner once it is synced.
struct Arrival {
    crypto::LeaseId lease;
    std::uint64_t seq = 0;
    std::uint32_t env_id = 0;  ///< which of the owner's devices may read it
    std::uint32_t size = 0;
};

struct DepositOutcome : Outcome<wire::HostReceipt> {
    /// Empty for a repeat.
    std::vector<Arrival> arrivals;
};

struct AckOutcome : Outcome<wire::Deleted> {
    /// Places that were emptied.
    std::vector<std::uint64_t> places;
};

struct StatOutcome : Outcome<Bytes> {};  // a Fate for each hash asked about

/// A pick-up under way; next_batch() moves it on.
struct PickupProgress {
    std::uint32_t q = 0;
    crypto::LeaseId lease;
    std::uint64_t cursor = 0;
    std::uint32_t bytes_left = 0;
    std::vector<std::uint32_t> env_ids;  ///< empty: all
    bool ended = false;                  ///< the last batch was given
};

/// Envelopes for one BATCH or NUDGE frame, owned.
struct HeldBatch {
    struct Item {
        std::uint64_t seq = 0;
        Bytes envelope;
    };

    std::vector<Item> items;
    std::uint64_t cursor = 0;
    bool more = false;

    /// Views into this object.
    wire::Batch frame(std::uint32_t q) const;
};

/// What the host hands out in an owner's name, owned.
struct Published {
    Bytes bundle;
    std::vector<Bytes> one_time;
    Bytes beacon;

    /// Views into this object.
    wire::BundleAnswer frame(std::uint32_t q) const;
};

/// All checks of a beacon that need no secret, for whatever epoch it is; nullopt: junk.
using ReadBeacon = std::function<std::optional<BeaconFacts>(ByteView beacon)>;

/// Work as a proof claims it; not checked yet.
struct WorkClaim {
    std::uint64_t epoch = 0;
    std::uint32_t difficulty = 0;  ///< d
    std::uint8_t envelopes = 1;    ///< n: deposits that this work pays for, 1..8

    /// For each envelope; what the pool is ranked by.
    std::uint32_t rank() const { return difficulty / (envelopes == 0 ? 1 : envelopes); }
};

/// What the node must check of a stranger's work before deposit().
struct WorkToCheck {
    crypto::BlindedAccountKey account;
    std::vector<crypto::BeaconKey> signers;  ///< any of these D_e
};

/// Work that was checked (core/reputation).
struct ProvenWork {
    WorkClaim claim;
    WorkId id;
};

/// One lease, for people.
struct LeaseView {
    LeaseRow row;
    Usage used;
    Usage pool;
    std::size_t capabilities = 0;
};

class Box {
  public:
    /// `rows` and `key` must outlive the box. Call load() before anything else.
    Box(const crypto::MailboxKeyPair& key,
        const BoxRows& rows,
        ReadBeacon read_beacon,
        BoxLimits limits);
    ~Box();

    /// Reads leases and counts what is held: at start, and after a batch has failed. About half a
    /// second for a million envelopes.
    Result<> load();

    const crypto::BoxId& id() const;

    void set_limits(const BoxLimits& limits);
    const BoxLimits& limits() const;

    // --- The host's own owner -------------------------------------------------------------------

    /// This key may lease: a contact told it in-session, or it is that of the own account.
    HostChanges grant(const crypto::LeaseKey& owner, LeaseClass lease_class);
    /// No more: the contact was removed. What was receipted is served until it expires.
    HostChanges withdraw(const crypto::LeaseKey& owner, const HostMoment& now);

    std::vector<LeaseView> leases() const;

    HostTotal total() const;

    // --- The owner of mail ----------------------------------------------------------------------

    /// `work_checked`: the work in the request was checked for this box and key (Volunteer).
    Outcome<wire::Lease> lease(HostLink& link,
                               const wire::LeaseReq& request,
                               bool work_checked,
                               const HostMoment& now);
    Outcome<wire::Lease> cap_set(const HostLink& link,
                                 const wire::CapSet& request,
                                 const HostMoment& now);
    /// Then next_batch() until it has ended; the first batch answers at once, also when empty.
    Outcome<PickupProgress> pickup(HostLink& link, const wire::Pickup& request);
    Result<HeldBatch> next_batch(PickupProgress& progress) const;
    AckOutcome ackdel(const HostLink& link, const wire::AckDel& request, const HostMoment& now);

    // --- Depositors -----------------------------------------------------------------------------

    /// With a capability.
    DepositOutcome deposit(const HostLink& link,
                           const wire::Deposit& request,
                           const HostMoment& now);
    /// A stranger's deposit before its work is checked, which is dear: all cheap checks, up to the
    /// rank in the pool.
    std::variant<WorkToCheck, wire::Refuse> screen(const HostLink& link,
                                                   const wire::Deposit& request,
                                                   const WorkClaim& claim,
                                                   const HostMoment& now);
    /// With work that was checked against what screen() named.
    DepositOutcome deposit(const wire::Deposit& request,
                           const ProvenWork& work,
                           const HostMoment& now);
    /// The batch of a deposit is synced: its envelopes may be served and pushed.
    void committed(std::span<const Arrival> arrivals);

    StatOutcome stat(const HostLink& link, const wire::Stat& request, const HostMoment& now);
    Outcome<wire::AuditReply> audit(const HostLink& link,
                                    const wire::Audit& request,
                                    const HostMoment& now);

    // --- Anybody --------------------------------------------------------------------------------

    Outcome<Published> get_bundle(const wire::GetBundle& request, const HostMoment& now);

    // --- Time -----------------------------------------------------------------------------------

    /// Drops what has expired, at most sweep_rows rows; call it every sweep_interval, and again at
    /// once while it gives a full batch. Empty while the clock is not to be trusted.
    HostChanges sweep(const HostMoment& now);

  private:
    std::unique_ptr<struct BoxState> state_;
};

}  // namespace kith::mailbox
