// SPDX-License-Identifier: GPL-3.0-or-later
// What our user says about our hosts, and sees of them.
#include "core/mailbox/quota.h"
#include "core/node/mailbox_client_run.h"

#include <algorithm>

namespace kith::node {
namespace {

using Stage = store::OwnerHost::Stage;

std::vector<MailboxActView> acts_of(const store::ScoredHost& host, Timestamp now) {
    std::vector<MailboxActView> out;
    for (const auto& one : host.score.record().contributions(now))
        out.push_back({std::string(reputation::to_string(one.event)), one.count});
    return out;
}

}  // namespace

Result<> MailboxClient::use(Transaction& step, const identity::Contact& contact) {
    std::vector<crypto::BoxId> offered;
    for (const auto& [box, host] : book_.hosts()) {
        if (host.account == contact.account && host.offered_bytes > 0) offered.push_back(box);
    }
    if (offered.empty()) {
        return fail(Code::NotFound,
                    "this contact has not offered to keep mail: it needs kith mailbox serve "
                    "contacts, and a device that is always on");
    }
    for (const auto& box : offered) {
        auto& host = *book_.find(box);
        host.pinned = true;
        host.dropped = false;
        if (is_chosen(host)) {
            book_.put(step.changes, host);
        } else {
            choose(step, host);
        }
    }
    after_word(step);
    return success();
}

Result<> MailboxClient::drop(Transaction& step, const identity::Contact& contact) {
    std::vector<crypto::BoxId> known;
    for (const auto& [box, host] : book_.hosts()) {
        if (host.account == contact.account) known.push_back(box);
    }
    if (known.empty()) return fail(Code::NotFound, "this contact keeps no mail for you");
    for (const auto& box : known) {
        auto& host = *book_.find(box);
        host.pinned = false;
        host.dropped = true;
        if (is_chosen(host)) {
            leave(step, host, mailbox::LeaveReason::Leaving);
        } else {
            book_.put(step.changes, host);
        }
    }
    after_word(step);
    return success();
}

void MailboxClient::after_word(Transaction& step) {
    step.after.push_back([this, alive = std::weak_ptr<bool>(alive_)] {
        if (alive.expired()) return;
        keep_driving();
        look_soon();
    });
}

std::vector<MailboxView> MailboxClient::views() const {
    std::vector<MailboxView> out;
    const Timestamp now = parts_.clock.wall();
    for (const auto& [box, host] : book_.hosts()) {
        MailboxView view;
        view.box = box;
        view.lease_class = host.lease_class;
        view.account = host.account;
        const auto* const contact =
            host.account ? std::as_const(parts_.contacts).find(*host.account) : nullptr;
        if (contact) view.name = std::string(ContactBook::shown_name(*contact));
        view.pinned = host.pinned;
        view.dropped = host.dropped;
        view.quota = host.quota;
        view.availability = host.availability.share(now);
        view.score = parts_.scores.score(box, now);
        view.alarm = parts_.scores.alarm(box);
        if (const auto* const seen = parts_.scores.find(box)) {
            view.lost = seen->proven_losses;
            view.evidence = seen->last_evidence;
            view.acts = acts_of(*seen, now);
        }
        view.complete_pickups = host.complete_pickups;
        if (host.complete_pickup != Timestamp{}) view.last_pickup = host.complete_pickup;
        if (host.stage != Stage::Offered) view.lease_until = host.expires;
        view.state = state_of(host);
        if (const auto found = runs_.find(box); found != runs_.end()) {
            const Run& run = *found->second;
            view.bytes = run.used;
            view.collected = run.envelopes;
            view.junk = run.junk;
            if (const PeerLink* const link = parts_.links.by_serial(run.serial)) {
                view.round_trip = link->round_trip();
            }
        }
        out.push_back(std::move(view));
    }
    std::ranges::stable_sort(out, {}, [](const MailboxView& view) {
        return std::pair(view.state == MailboxState::Offered, view.name);
    });
    return out;
}

MailboxState MailboxClient::state_of(const store::OwnerHost& host) const {
    const auto found = runs_.find(host.id());
    const bool linked = found != runs_.end() && found->second->leased;
    switch (host.stage) {
        case Stage::Offered:
            return MailboxState::Offered;
        case Stage::Leasing:
            return MailboxState::Asked;
        case Stage::Leased:
            return linked ? MailboxState::Ok : MailboxState::Away;
        case Stage::Draining:
            return MailboxState::Draining;
    }
    return MailboxState::Offered;
}

}  // namespace kith::node
