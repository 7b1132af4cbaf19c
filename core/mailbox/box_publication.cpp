// SPDX-License-Identifier: GPL-3.0-or-later
// GET_BUNDLE: what a host hands out in the name of an absent owner, so that a first message to
// somebody who is away works.
#include "core/mailbox/box_state.h"

#include <algorithm>
#include <limits>

namespace kith::mailbox {

namespace {

constexpr std::uint64_t seconds_per_day = 86400;

bool may_hand_out(const BoxState& state, Mailbox& mailbox, const HostMoment& now) {
    const std::uint64_t day = unix_seconds(now.wall) / seconds_per_day;
    if (mailbox.prekey_day != day) {
        mailbox.prekey_day = day;
        mailbox.prekeys_out = 0;
    }
    return now.writable && mailbox.prekeys_out < state.limits.prekeys_per_day;
}

// The oldest prekey of each device, which is deleted.
Result<> hand_out(const BoxState& state, Mailbox& mailbox, Outcome<Published>& out) {
    KITH_TRY(const auto prekeys,
             state.rows.prekeys(mailbox.row.id, std::numeric_limits<std::size_t>::max()));
    std::optional<std::uint8_t> device;
    for (const PrekeyRow& row : prekeys) {
        if (device == row.device) continue;
        device = row.device;
        std::get<Published>(out.answer).one_time.push_back(row.sealed);
        out.changes.emplace_back(ErasePrekey{row.lease, row.device, row.number});
    }
    if (!out.changes.empty()) ++mailbox.prekeys_out;
    return {};
}

Bytes newest(const PublicationRow& row, const crypto::BlindedAccountKey& account) {
    const StoredBeacon* best = nullptr;
    for (const StoredBeacon& beacon : row.beacons) {
        if (beacon.facts.account != account) continue;
        if (best == nullptr || best->facts.revision < beacon.facts.revision) best = &beacon;
    }
    return best == nullptr ? Bytes{} : best->data;
}

}  // namespace

wire::BundleAnswer Published::frame(std::uint32_t q) const {
    wire::BundleAnswer out;
    out.q = q;
    if (!bundle.empty()) out.bundle = bundle;
    for (const Bytes& prekey : one_time)
        out.one_time.emplace_back(prekey);
    if (!beacon.empty()) out.beacon = beacon;
    return out;
}

Outcome<Published> Box::get_bundle(const wire::GetBundle& request, const HostMoment& now) {
    BoxState& state = *state_;
    Outcome<Published> out{Published{}, {}};
    const crypto::BlindedAccountKey account(request.blinded);
    const Registrations registered = state.registrations(account);
    if (registered.empty()) return out;
    // A beacon can be read by others, who may give it to us as theirs, with junk beside it: who
    // asks again is answered from the next mailbox.
    Mailbox& mailbox = *registered[request.q % registered.size()];
    const auto row = state.rows.publication(mailbox.row.id);
    if (!row || !*row) return out;
    auto& published = std::get<Published>(out.answer);
    if ((request.want & wire::GetBundle::want_bundle) != 0) published.bundle = (*row)->bundle;
    if ((request.want & wire::GetBundle::want_beacon) != 0)
        published.beacon = newest(**row, account);
    if ((request.want & wire::GetBundle::want_one_time) != 0 && may_hand_out(state, mailbox, now)) {
        // Without prekeys the answer still starts a session.
        (void)hand_out(state, mailbox, out);
    }
    return out;
}

}  // namespace kith::mailbox
