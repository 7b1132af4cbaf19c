// SPDX-License-Identifier: GPL-3.0-or-later
// LEASE_REQ and CAP_SET: what host and owner agree on.
#include "core/identity/account.h"
#include "core/mailbox/box_state.h"

#include <algorithm>

namespace kith::mailbox {

namespace {

// Work of a volunteer's lease in rCPU: REFUSE says so.
constexpr std::uint16_t lease_effort = 64;

constexpr std::array<std::size_t, 4> bundle_sizes{4096, 8192, 16384, 32768};
constexpr std::size_t devices_max = 8;
using PrekeysLeft = std::array<std::uint8_t, devices_max>;
// Less than this is not worth a lease, unless its owner asked for less.
constexpr std::uint64_t mailbox_min = std::uint64_t{1} << 20;

Outcome<wire::Lease> refuse(std::uint32_t q, wire::RefuseCode code) {
    return {refusal(q, code), {}};
}

// As the rows say once the changes of this answer are in them; nullopt: they cannot be read.
std::optional<PrekeysLeft> prekeys_after(const BoxState& state,
                                         const Mailbox& mailbox,
                                         const HostChanges& changes) {
    const auto held = state.rows.prekeys(mailbox.row.id, devices_max * wire::CapSet::max_prekeys);
    if (!held) return std::nullopt;
    PrekeysLeft out{};
    for (const PrekeyRow& row : *held)
        ++out.at(row.device);
    for (const HostChange& change : changes) {
        if (const auto* put = std::get_if<PutPrekey>(&change)) ++out.at(put->row.device);
        if (const auto* gone = std::get_if<ErasePrekey>(&change)) --out.at(gone->device);
    }
    return out;
}

wire::Lease answer(const BoxState& state,
                   const Mailbox& mailbox,
                   std::uint32_t q,
                   const HostChanges& changes) {
    const LeaseRow& row = mailbox.row;
    const LeaseTerms terms{row.id, row.owner, row.quota, unix_seconds(row.expires)};
    wire::Lease out;
    out.q = q;
    out.lease = row.id.array();
    out.quota = row.quota;
    out.expires = terms.expires;
    out.sig = sign_lease(state.key, terms).array();
    out.revision = row.revision;
    out.used = mailbox.ledger.used().bytes;
    out.prekeys = prekeys_after(state, mailbox, changes);
    return out;
}

// What all leases may claim at once: guaranteed shares and pools.
std::uint64_t claim_of(LeaseClass lease_class, std::uint64_t quota) {
    if (lease_class == LeaseClass::Own) return 0;
    return quota / 4 + stranger_pool(lease_class, quota);
}

std::uint64_t claims_of_others(const BoxState& state, const crypto::LeaseId& lease) {
    std::uint64_t sum = 0;
    for (const auto& [other, mailbox] : state.mailboxes)
        if (other != lease) sum += claim_of(mailbox->row.lease_class, mailbox->row.quota);
    return sum;
}

// The quota that can be granted: what was asked for, bounded by the class and by what this host
// has promised already. 0: not even the smallest mailbox.
std::uint64_t quota_for(const BoxState& state, const LeaseRow& row, std::uint64_t asked) {
    if (row.lease_class == LeaseClass::Own) return terms_of(row.lease_class).quota;
    const std::uint64_t quota = std::min(asked, terms_of(row.lease_class).quota);
    const std::uint64_t claimed = claims_of_others(state, row.id);
    const std::uint64_t left = state.limits.quota - std::min(claimed, state.limits.quota);
    // The inverse of claim_of, rounded down.
    const std::uint64_t fitting = left / 31 * 100;
    if (fitting < std::min(quota, mailbox_min)) return std::min(quota, row.quota);
    // What a lease had it keeps.
    return std::min(quota, std::max(fitting, row.quota));
}

// Whether a lease that does not run may be given.
std::optional<wire::Refuse> may_lease(const BoxState& state,
                                      const LeaseRow& row,
                                      std::uint32_t q,
                                      bool work_checked) {
    if (row.granted && (row.lease_class == LeaseClass::Own || state.limits.serve != Serve::Off))
        return std::nullopt;
    if (state.limits.serve == Serve::Off) return refusal(q, wire::RefuseCode::Off);
    if (state.limits.serve == Serve::Contacts) return refusal(q, wire::RefuseCode::Unknown);
    if (work_checked) return std::nullopt;
    wire::Refuse out = refusal(q, wire::RefuseCode::Effort);
    out.effort = lease_effort;
    return out;
}

struct AskedLease {
    const wire::LeaseReq& request;
    const LeaseRow& row;
    bool fresh = false;
    bool runs = false;
    bool work_checked = false;
};

// The bytes that are granted, or why none are.
tl::expected<std::uint64_t, wire::Refuse> granted_quota(const BoxState& state,
                                                        const AskedLease& asked,
                                                        const HostMoment& now) {
    const std::uint32_t q = asked.request.q;
    if (!asked.runs || state.limits.serve == Serve::Off) {
        if (auto no = may_lease(state, asked.row, q, asked.work_checked))
            return tl::unexpected(*no);
    }
    if (!now.clock_sane) return tl::unexpected(refusal(q, wire::RefuseCode::Busy));
    if (asked.fresh && state.mailboxes.size() >= state.limits.leases)
        return tl::unexpected(refusal(q, wire::RefuseCode::Full));
    const std::uint64_t quota = quota_for(state, asked.row, asked.request.bytes);
    if (quota == 0) return tl::unexpected(refusal(q, wire::RefuseCode::Full));
    return quota;
}

// --- CAP_SET ------------------------------------------------------------------------------------

bool well_formed(const wire::CapSet& request) {
    if (request.bundle &&
        std::ranges::find(bundle_sizes, request.bundle->size()) == bundle_sizes.end())
        return false;
    return std::ranges::all_of(request.prekeys,
                               [](ByteView prekey) { return prekey[0] < devices_max; });
}

std::size_t capabilities_after(const Mailbox& mailbox, const wire::CapSet& request) {
    std::map<crypto::DepositKey, bool> known;
    if (request.revision != 0)
        for (const auto& [key, capability] : mailbox.capabilities)
            known[key] = true;
    for (const auto& key : request.remove)
        known.erase(crypto::DepositKey(key));
    for (const auto& grant : request.add)
        known[crypto::DepositKey(grant.key)] = true;
    return known.size();
}

std::size_t capabilities_max(const BoxState& state, const Mailbox& mailbox) {
    return mailbox.row.lease_class == LeaseClass::Volunteer ? state.limits.volunteer_capabilities
                                                            : state.limits.capabilities;
}

std::vector<CapabilityRow> rows_of(const wire::CapSet& request, const crypto::LeaseId& lease) {
    std::vector<CapabilityRow> out;
    for (const wire::CapabilityGrant& grant : request.add) {
        out.push_back({lease,
                       crypto::DepositKey(grant.key),
                       grant.kind,
                       grant.envelopes,
                       grant.bytes,
                       from_unix_seconds(grant.expires)});
    }
    return out;
}

Result<> publish(BoxState& state,
                 Mailbox& mailbox,
                 const wire::CapSet& request,
                 HostChanges& changes) {
    if (request.beacons.empty() && !request.bundle) return {};
    PublicationRow row{mailbox.row.id, {}, {}};
    if (request.revision != 0) {
        KITH_TRY(auto known, state.rows.publication(mailbox.row.id));
        if (known) row = *std::move(known);
    }
    if (request.bundle) row.bundle = to_bytes(*request.bundle);
    if (!request.beacons.empty()) row.beacons.clear();
    for (const ByteView beacon : request.beacons) {
        // Junk could be found by strangers under somebody else's name, so it is not kept.
        if (const auto facts = state.read_beacon(beacon))
            row.beacons.push_back({*facts, to_bytes(beacon)});
    }
    state.set_publication(mailbox, std::move(row), changes);
    return {};
}

// New prekeys push out the oldest of the same device.
Result<> add_prekeys(const BoxState& state,
                     Mailbox& mailbox,
                     const wire::CapSet& request,
                     HostChanges& changes) {
    if (request.prekeys.empty()) return {};
    std::map<std::uint8_t, std::vector<std::uint64_t>> left;
    if (request.revision != 0) {
        KITH_TRY(const auto known,
                 state.rows.prekeys(mailbox.row.id, devices_max * wire::CapSet::max_prekeys));
        for (const PrekeyRow& row : known)
            left[row.device].push_back(row.number);
    }
    for (const ByteView prekey : request.prekeys) {
        auto& numbers = left[prekey[0]];
        const std::uint64_t number = mailbox.row.next_prekey++;
        numbers.push_back(number);
        changes.emplace_back(
            PutPrekey{{mailbox.row.id, prekey[0], number, to_bytes(prekey.subspan(1))}});
        if (numbers.size() <= wire::CapSet::max_prekeys) continue;
        changes.emplace_back(ErasePrekey{mailbox.row.id, prekey[0], numbers.front()});
        numbers.erase(numbers.begin());
    }
    return {};
}

Result<HostChanges> apply(BoxState& state, Mailbox& mailbox, const wire::CapSet& request) {
    HostChanges changes;
    if (request.revision == 0) {
        KITH_CHECK(state.forget_settings(mailbox, changes));
    }
    for (const auto& key : request.remove)
        state.remove_capability(mailbox, crypto::DepositKey(key), changes);
    state.add_capabilities(mailbox, rows_of(request, mailbox.row.id), changes);
    KITH_CHECK(publish(state, mailbox, request, changes));
    KITH_CHECK(add_prekeys(state, mailbox, request, changes));
    mailbox.row.revision = request.revision;
    state.put_lease(mailbox, changes);
    return changes;
}

}  // namespace

Outcome<wire::Lease> Box::lease(HostLink& link,
                                const wire::LeaseReq& request,
                                bool work_checked,
                                const HostMoment& now) {
    BoxState& state = *state_;
    const crypto::LeaseKey owner(request.key);
    if (!verify_owner(owner, link.exporter, state.id, crypto::Signature(request.proof)))
        return refuse(request.q, wire::RefuseCode::Unknown);
    const crypto::LeaseId id = identity::lease_id(owner, state.id);
    Mailbox* mailbox = state.find(id);
    LeaseRow row = mailbox != nullptr ? mailbox->row : LeaseRow{.id = id, .owner = owner};
    if (mailbox == nullptr) row.lease_class = LeaseClass::Volunteer;
    const bool runs = mailbox != nullptr && mailbox->live(now.wall, now.clock_sane);
    if (!now.writable) return refuse(request.q, wire::RefuseCode::Busy);
    Outcome<wire::Lease> out;
    if (request.bytes == 0) {
        if (mailbox == nullptr) return refuse(request.q, wire::RefuseCode::Unknown);
        if (runs && !state.end(*mailbox, now.wall, out.changes))
            return refuse(request.q, wire::RefuseCode::Busy);
    } else {
        const auto quota =
            granted_quota(state, {request, row, mailbox == nullptr, runs, work_checked}, now);
        if (!quota) return {quota.error(), {}};
        if (mailbox == nullptr) mailbox = &state.open(row);
        mailbox->row.quota = *quota;
        mailbox->row.expires = from_unix_seconds(unix_seconds(now.wall)) + lease_term;
        state.put_lease(*mailbox, out.changes);
    }
    if (!link.owns(id)) link.owned.push_back(id);
    out.answer = answer(state, *mailbox, request.q, out.changes);
    return out;
}

Outcome<wire::Lease> Box::cap_set(const HostLink& link,
                                  const wire::CapSet& request,
                                  const HostMoment& now) {
    BoxState& state = *state_;
    Mailbox* mailbox = state.find(crypto::LeaseId(request.lease));
    if (mailbox == nullptr || !link.owns(mailbox->row.id) ||
        !mailbox->live(now.wall, now.clock_sane))
        return refuse(request.q, wire::RefuseCode::Unknown);
    if (!now.writable) return refuse(request.q, wire::RefuseCode::Busy);
    if (!well_formed(request)) return refuse(request.q, wire::RefuseCode::Size);
    if (capabilities_after(*mailbox, request) > capabilities_max(state, *mailbox))
        return refuse(request.q, wire::RefuseCode::Full);
    Outcome<wire::Lease> out;
    if (request.revision == 0 || request.revision == mailbox->row.revision + 1) {
        auto changes = apply(state, *mailbox, request);
        if (!changes) {
            // Memory may be ahead of the rows by a part of this: read it again.
            (void)state.load();
            return refuse(request.q, wire::RefuseCode::Busy);
        }
        out.changes = *std::move(changes);
    }
    out.answer = answer(state, *mailbox, request.q, out.changes);
    return out;
}

}  // namespace kith::mailbox
