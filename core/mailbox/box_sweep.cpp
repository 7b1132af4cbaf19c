// SPDX-License-Identifier: GPL-3.0-or-later
// What goes by itself: expired envelopes, old tombstones, ended capabilities and leases.
#include "core/mailbox/box_state.h"

#include <algorithm>
#include <set>

namespace kith::mailbox {

namespace {

Result<> drop_envelopes(BoxState& state, Timestamp now, HostChanges& changes) {
    KITH_TRY(const auto expired, state.rows.expired(now, sweep_rows));
    std::set<crypto::LeaseId> touched;
    for (const EnvelopeRow& row : expired) {
        state.bury(state.find(row.lease), row, Fate::Expired, now, changes);
        touched.insert(row.lease);
    }
    for (const crypto::LeaseId& lease : touched)
        if (Mailbox* mailbox = state.find(lease)) state.put_lease(*mailbox, changes);
    return {};
}

Result<> forget(const BoxState& state, Timestamp now, HostChanges& changes) {
    KITH_TRY(const auto tombstones, state.rows.forgettable(now, sweep_rows));
    for (const EnvelopeRow& row : tombstones)
        changes.emplace_back(ForgetEnvelope{row});
    KITH_TRY(const auto work, state.rows.void_work(now, sweep_rows));
    for (const WorkRow& row : work)
        changes.emplace_back(EraseWork{row});
    return {};
}

void drop_capabilities(BoxState& state, Mailbox& mailbox, Timestamp now, HostChanges& changes) {
    std::vector<crypto::DepositKey> ended;
    for (const auto& [key, capability] : mailbox.capabilities)
        if (capability.row.expires <= now) ended.push_back(key);
    for (const crypto::DepositKey& key : ended)
        state.remove_capability(mailbox, key, changes);
}

bool has_settings(const Mailbox& mailbox) {
    return mailbox.row.revision != 0 || !mailbox.capabilities.empty() || !mailbox.beacons.empty();
}

Result<> drop_leases(BoxState& state, Timestamp now, HostChanges& changes) {
    for (auto at = state.mailboxes.begin(); at != state.mailboxes.end();) {
        if (changes.size() >= sweep_rows) return {};
        Mailbox& mailbox = *at->second;
        const bool over = mailbox.row.expires <= now;
        if (mailbox.row.quota == 0 ? has_settings(mailbox) : over) {
            KITH_CHECK(state.end(mailbox, now, changes));
        }
        drop_capabilities(state, mailbox, now, changes);
        const bool empty = mailbox.row.quota == 0 && mailbox.ledger.used().envelopes == 0;
        if (!empty || mailbox.row.granted) {
            ++at;
            continue;
        }
        changes.emplace_back(EraseLease{mailbox.row.id});
        at = state.mailboxes.erase(at);
    }
    return {};
}

}  // namespace

HostChanges Box::sweep(const HostMoment& now) {
    BoxState& state = *state_;
    HostChanges changes;
    if (!state.gate.open(now.steady, now.wall, now.clock_sane) || !now.writable) return changes;
    // A row that cannot be read stays; the store says so by itself.
    (void)drop_envelopes(state, now.wall, changes);
    if (changes.size() < sweep_rows) (void)forget(state, now.wall, changes);
    if (changes.size() < sweep_rows) (void)drop_leases(state, now.wall, changes);
    return changes;
}

}  // namespace kith::mailbox
