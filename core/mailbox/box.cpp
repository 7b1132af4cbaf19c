// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/box.h"

#include "core/identity/account.h"
#include "core/mailbox/box_state.h"

#include <algorithm>

namespace kith::mailbox {

Box::Box(const crypto::MailboxKeyPair& key,
         const BoxRows& rows,
         ReadBeacon read_beacon,
         BoxLimits limits)
    : state_(std::make_unique<BoxState>(key, rows, std::move(read_beacon), limits)) {}

Box::~Box() = default;

Result<> Box::load() {
    return state_->load();
}

const crypto::BoxId& Box::id() const {
    return state_->id;
}

void Box::set_limits(const BoxLimits& limits) {
    state_->limits = limits;
    state_->total.quota = limits.quota;
}

const BoxLimits& Box::limits() const {
    return state_->limits;
}

HostTotal Box::total() const {
    return state_->total;
}

bool HostLink::owns(const crypto::LeaseId& lease) const {
    return std::ranges::find(owned, lease) != owned.end();
}

HostChanges Box::grant(const crypto::LeaseKey& owner, LeaseClass lease_class) {
    HostChanges changes;
    const crypto::LeaseId lease = identity::lease_id(owner, state_->id);
    Mailbox* mailbox = state_->find(lease);
    if (mailbox != nullptr && mailbox->row.granted && mailbox->row.lease_class == lease_class)
        return changes;
    const LeaseRow fresh{.id = lease, .owner = owner, .lease_class = lease_class};
    if (mailbox == nullptr) {
        mailbox = &state_->open(fresh);
    } else if (mailbox->row.quota == 0 && mailbox->ledger.used().envelopes == 0) {
        // A lease that runs keeps its class: its counters were made for that.
        LeaseRow row = mailbox->row;
        row.lease_class = lease_class;
        mailbox = &state_->open(row);
    }
    mailbox->row.granted = true;
    state_->put_lease(*mailbox, changes);
    return changes;
}

HostChanges Box::withdraw(const crypto::LeaseKey& owner, const HostMoment& now) {
    HostChanges changes;
    Mailbox* mailbox = state_->find(identity::lease_id(owner, state_->id));
    if (mailbox == nullptr) return changes;
    mailbox->row.granted = false;
    if (!state_->end(*mailbox, now.wall, changes)) {
        // Its prekeys cannot be read now; the sweep ends it when they can.
        mailbox->row.quota = 0;
        state_->put_lease(*mailbox, changes);
    }
    return changes;
}

std::vector<LeaseView> Box::leases() const {
    std::vector<LeaseView> out;
    for (const auto& [lease, mailbox] : state_->mailboxes) {
        const MailboxLedger& ledger = mailbox->ledger;
        out.push_back({mailbox->row, ledger.used(), ledger.pool(), ledger.capabilities()});
    }
    std::ranges::sort(out, {}, [](const LeaseView& view) { return view.row.id; });
    return out;
}

}  // namespace kith::mailbox
