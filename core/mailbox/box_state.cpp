// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/box_state.h"

#include "core/identity/account.h"

#include <algorithm>
#include <limits>

namespace kith::mailbox {

namespace {

// The most trusted class first, then the older lease id: the same order on every request.
bool comes_first(const Mailbox* a, const Mailbox* b) {
    if (a->row.lease_class != b->row.lease_class) return a->row.lease_class < b->row.lease_class;
    return a->row.id < b->row.id;
}

void enter(Registrations& registered, Mailbox* mailbox) {
    if (std::ranges::find(registered, mailbox) != registered.end()) return;
    registered.insert(std::ranges::upper_bound(registered, mailbox, comes_first), mailbox);
}

template <class Map, class Key>
void leave(Map& map, const Key& key, const Mailbox* mailbox) {
    const auto found = map.find(key);
    if (found == map.end()) return;
    std::erase(found->second, mailbox);
    if (found->second.empty()) map.erase(found);
}

}  // namespace

std::uint32_t retry_seconds(Duration wait) {
    const auto whole = std::chrono::ceil<seconds>(wait).count();
    constexpr seconds::rep most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<seconds::rep>(whole, 0, most));
}

BoxState::BoxState(const crypto::MailboxKeyPair& box_key,
                   const BoxRows& box_rows,
                   ReadBeacon read,
                   BoxLimits box_limits)
    : key(box_key),
      rows(box_rows),
      read_beacon(std::move(read)),
      limits(box_limits),
      id(identity::box_id(box_key.public_key())) {
    total.quota = limits.quota;
}

Result<> BoxState::load() {
    by_key.clear();
    by_account.clear();
    mailboxes.clear();
    total = HostTotal{limits.quota, 0, 0};
    KITH_CHECK(rows.leases([this](const LeaseRow& row) { open(row); }));
    std::unordered_map<crypto::LeaseId, std::vector<ShareLimits>> shares;
    KITH_CHECK(rows.capabilities([&](const CapabilityRow& row) {
        Mailbox* mailbox = find(row.lease);
        if (mailbox == nullptr) return;
        register_capability(*mailbox, row);
        shares[row.lease].push_back({mark_of(row.key), row.envelopes, row.bytes});
    }));
    for (const auto& [lease, limits_of_lease] : shares)
        find(lease)->ledger.add(limits_of_lease);
    KITH_CHECK(rows.publications([this](const PublicationRow& row) {
        if (Mailbox* mailbox = find(row.lease)) register_beacons(*mailbox, row.beacons);
    }));
    return rows.count([this](const CountedEnvelope& envelope) {
        Mailbox* mailbox = find(envelope.lease);
        if (mailbox == nullptr) return;
        mailbox->ledger.hold(envelope.from, envelope.size);
        mailbox->synced = std::max(mailbox->synced, envelope.seq);
        mailbox->row.next_seq = std::max(mailbox->row.next_seq, envelope.seq + 1);
    });
}

// --- Looking up ---------------------------------------------------------------------------------

Mailbox* BoxState::find(const crypto::LeaseId& lease) {
    const auto found = mailboxes.find(lease);
    return found == mailboxes.end() ? nullptr : found->second.get();
}

Registrations BoxState::registrations(const crypto::DepositKey& deposit_key,
                                      const HostMoment& now) {
    Registrations out;
    const auto found = by_key.find(deposit_key);
    if (found == by_key.end()) return out;
    for (Mailbox* mailbox : found->second) {
        const CapabilityRow& row = mailbox->capabilities.at(deposit_key).row;
        const bool valid = !now.clock_sane || now.wall < row.expires;
        if (valid && mailbox->live(now.wall, now.clock_sane)) out.push_back(mailbox);
        if (out.size() == registrations_max) break;
    }
    return out;
}

Registrations BoxState::registrations(const crypto::BlindedAccountKey& account) {
    const auto found = by_account.find(account);
    if (found == by_account.end()) return {};
    Registrations out = found->second;
    if (out.size() > registrations_max) out.resize(registrations_max);
    return out;
}

// --- Changing -----------------------------------------------------------------------------------

Mailbox& BoxState::open(LeaseRow row) {
    auto& place = mailboxes[row.id];
    place = std::make_unique<Mailbox>(std::move(row), total);
    return *place;
}

void BoxState::put_lease(Mailbox& mailbox, HostChanges& changes) {
    mailbox.ledger.set_quota(mailbox.row.quota);
    changes.emplace_back(PutLease{mailbox.row});
}

void BoxState::register_capability(Mailbox& mailbox, CapabilityRow row) {
    enter(by_key[row.key], &mailbox);
    // Its rates go on where they were: setting it again gives no new burst.
    mailbox.capabilities[row.key].row = std::move(row);
}

void BoxState::add_capabilities(Mailbox& mailbox,
                                const std::vector<CapabilityRow>& added,
                                HostChanges& changes) {
    std::vector<ShareLimits> shares;
    for (const CapabilityRow& row : added) {
        register_capability(mailbox, row);
        shares.push_back({mark_of(row.key), row.envelopes, row.bytes});
        changes.emplace_back(PutCapability{row});
    }
    if (!shares.empty()) mailbox.ledger.add(shares);
}

void BoxState::remove_capability(Mailbox& mailbox,
                                 const crypto::DepositKey& deposit_key,
                                 HostChanges& changes) {
    if (mailbox.capabilities.erase(deposit_key) == 0) return;
    leave(by_key, deposit_key, &mailbox);
    mailbox.ledger.remove(mark_of(deposit_key));
    changes.emplace_back(EraseCapability{mailbox.row.id, deposit_key});
}

void BoxState::register_beacons(Mailbox& mailbox, const std::vector<StoredBeacon>& beacons) {
    for (const StoredBeacon& beacon : beacons) {
        mailbox.beacons.push_back(beacon.facts);
        enter(by_account[beacon.facts.account], &mailbox);
    }
}

void BoxState::unregister_beacons(Mailbox& mailbox) {
    for (const BeaconFacts& facts : mailbox.beacons)
        leave(by_account, facts.account, &mailbox);
    mailbox.beacons.clear();
}

void BoxState::set_publication(Mailbox& mailbox, PublicationRow row, HostChanges& changes) {
    unregister_beacons(mailbox);
    register_beacons(mailbox, row.beacons);
    changes.emplace_back(PutPublication{std::move(row)});
}

Result<> BoxState::forget_settings(Mailbox& mailbox, HostChanges& changes) {
    KITH_TRY(const auto prekeys,
             rows.prekeys(mailbox.row.id, std::numeric_limits<std::size_t>::max()));
    for (const PrekeyRow& prekey : prekeys)
        changes.emplace_back(ErasePrekey{prekey.lease, prekey.device, prekey.number});
    for (const auto& [deposit_key, capability] : mailbox.capabilities) {
        leave(by_key, deposit_key, &mailbox);
        changes.emplace_back(EraseCapability{mailbox.row.id, deposit_key});
    }
    mailbox.capabilities.clear();
    mailbox.ledger.remove_all();
    set_publication(mailbox, PublicationRow{mailbox.row.id, {}, {}}, changes);
    mailbox.row.revision = 0;
    return {};
}

Result<> BoxState::end(Mailbox& mailbox, Timestamp now, HostChanges& changes) {
    KITH_CHECK(forget_settings(mailbox, changes));
    mailbox.row.quota = 0;
    mailbox.row.expires = std::min(mailbox.row.expires, now);
    put_lease(mailbox, changes);
    return {};
}

void BoxState::bury(
    Mailbox* mailbox, const EnvelopeRow& held, Fate fate, Timestamp now, HostChanges& changes) {
    EnvelopeRow tombstone = held;
    tombstone.fate = fate;
    tombstone.expires = from_unix_seconds(unix_seconds(now)) + tombstone_term;
    if (mailbox != nullptr) mailbox->ledger.release(held.mark(), held.size);
    changes.emplace_back(BuryEnvelope{held, tombstone});
}

}  // namespace kith::mailbox
