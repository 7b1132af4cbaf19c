// SPDX-License-Identifier: GPL-3.0-or-later
// What a box holds in memory, and the steps that its requests share. Private to core/mailbox/box_*:
// everybody else uses box.h.
//
// Memory is that of leases and capabilities, some hundred bytes each; envelopes are counted, not
// listed. It changes together with the rows: each step appends to the changes of its outcome.
#pragma once

#include "core/mailbox/box.h"
#include "core/mailbox/source_rates.h"

#include <map>
#include <unordered_map>

namespace kith::mailbox {

/// A capability and the rates of whoever holds it.
struct LiveCapability {
    CapabilityRow row;
    Gcra<SteadyTime> deposits;
    Gcra<SteadyTime> stats;
    Gcra<SteadyTime> audits;
};

/// One lease. `row.next_seq` is ahead of its stored row: loading takes the held places in account.
struct Mailbox {
    Mailbox(LeaseRow lease, HostTotal& total)
        : row(std::move(lease)), ledger(row.lease_class, row.quota, total) {}

    /// Deposits may come in. `sane`: the wall clock is to be trusted.
    bool live(Timestamp now, bool sane) const {
        return row.quota != 0 && (!sane || now < row.expires);
    }

    LeaseRow row;
    MailboxLedger ledger;
    std::map<crypto::DepositKey, LiveCapability> capabilities;
    std::vector<BeaconFacts> beacons;
    std::uint64_t synced = 0;  ///< places up to here may be served
    std::uint64_t prekey_day = 0;
    std::uint32_t prekeys_out = 0;
};

/// Whom a key or an account leads to. One key in several mailboxes is somebody's trick: an envelope
/// for it is kept in all of them or in none, so that nobody can draw another's mail to himself.
inline constexpr std::size_t registrations_max = 4;
using Registrations = std::vector<Mailbox*>;

struct BoxState {
    BoxState(const crypto::MailboxKeyPair& box_key,
             const BoxRows& box_rows,
             ReadBeacon read,
             BoxLimits box_limits);

    Result<> load();

    // --- Looking up -----------------------------------------------------------------------------

    Mailbox* find(const crypto::LeaseId& lease);
    /// Mailboxes where this key may deposit now, the most trusted class first.
    Registrations registrations(const crypto::DepositKey& key, const HostMoment& now);
    /// Mailboxes that published a beacon with this A_e.
    Registrations registrations(const crypto::BlindedAccountKey& account);

    // --- Changing: memory now, rows in `changes` ------------------------------------------------

    Mailbox& open(LeaseRow row);
    void put_lease(Mailbox& mailbox, HostChanges& changes);
    void add_capabilities(Mailbox& mailbox,
                          const std::vector<CapabilityRow>& rows,
                          HostChanges& changes);
    void remove_capability(Mailbox& mailbox, const crypto::DepositKey& key, HostChanges& changes);
    void set_publication(Mailbox& mailbox, PublicationRow row, HostChanges& changes);
    Result<> forget_settings(Mailbox& mailbox, HostChanges& changes);
    /// No deposits from now on; what is held stays until it expires.
    Result<> end(Mailbox& mailbox, Timestamp now, HostChanges& changes);
    void bury(
        Mailbox* mailbox, const EnvelopeRow& held, Fate fate, Timestamp now, HostChanges& changes);

    // --- In memory only -------------------------------------------------------------------------

    void register_capability(Mailbox& mailbox, CapabilityRow row);
    void register_beacons(Mailbox& mailbox, const std::vector<StoredBeacon>& beacons);
    void unregister_beacons(Mailbox& mailbox);

    const crypto::MailboxKeyPair& key;
    const BoxRows& rows;
    ReadBeacon read_beacon;
    BoxLimits limits;
    crypto::BoxId id;
    HostTotal total;
    std::unordered_map<crypto::LeaseId, std::unique_ptr<Mailbox>> mailboxes;
    std::unordered_map<crypto::DepositKey, Registrations> by_key;
    std::unordered_map<crypto::BlindedAccountKey, Registrations> by_account;
    SourceRates sources;
    ExpiryGate gate;
};

/// Whole seconds, rounded up: what REFUSE says.
std::uint32_t retry_seconds(Duration wait);

inline wire::Refuse refusal(std::uint32_t q, wire::RefuseCode code, Duration retry = {}) {
    return {q, code, retry_seconds(retry), std::nullopt};
}

}  // namespace kith::mailbox
