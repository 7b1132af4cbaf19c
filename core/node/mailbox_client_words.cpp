// SPDX-License-Identifier: GPL-3.0-or-later
// What contacts are told about where to leave mail, and what hosts hand out in our name.
#include "core/node/mailbox_client_run.h"

#include <algorithm>

namespace kith::node {
namespace {

using Kind = message::Mailbox::Kind;
using Stage = store::OwnerHost::Stage;

}  // namespace

void MailboxClient::announce(Transaction& step) {
    std::vector<crypto::AccountKey> accounts;
    for (const auto& [account, given] : book_.given())
        accounts.push_back(account);
    for (const auto& account : accounts) {
        const auto* const contact = std::as_const(parts_.contacts).find(account);
        if (contact) announce_to(step, *contact, *book_.given(account));
    }
}

void MailboxClient::announce_to(Transaction& step,
                                const identity::Contact& contact,
                                store::GivenCapability& given) {
    // A moment later there may be one host more.
    const bool more =
        std::ranges::any_of(runs_, [](const auto& one) { return one.second->settling; });
    if (more || is_renewing(book_, given, parts_.clock.wall())) return;
    mailbox::Announcement announcement{
        0, hosts_for(book_, given), given.seed.clone(), given.expires};
    const bool first = given.told.is_zero();
    if (announcement.hosts.empty() && first) return;
    const crypto::Hash32 digest = digest_of(announcement);
    if (digest == given.told) return;
    announcement.seq = book_.next_seq(step.changes);
    if (first) say_envelope_key(step, contact);
    Bytes body = mailbox::encode(announcement);
    parts_.sender.say(step, contact, word_of(Kind::Announcement, body));
    crypto::wipe(body);
    given.told = digest;
    book_.put(step.changes, given);
}

void MailboxClient::say_envelope_key(Transaction& step, const identity::Contact& contact) {
    auto record = parts_.prekeys.envelope_record(parts_.profile);
    if (!record) return;
    parts_.sender.say(step, contact, word_of(Kind::EnvelopeKey, *std::move(record)));
}

void MailboxClient::on_prekeys() {
    publication_.prekeys_changed();
    look_soon();
}

void MailboxClient::on_envelope_key(Transaction& step) {
    for (const auto& [account, given] : book_.given()) {
        const auto* const contact = std::as_const(parts_.contacts).find(account);
        if (contact && !given.told.is_zero()) say_envelope_key(step, *contact);
    }
    // Hosts push only what was asked for.
    for (const auto& [box, run] : runs_) {
        run->collect = true;
        run->wake.set();
    }
}

std::vector<directory::BeaconBox> MailboxClient::boxes() const {
    std::vector<directory::BeaconBox> out;
    for (const auto& [box, host] : book_.hosts()) {
        if (out.size() == directory::beacon_boxes) break;
        const bool ready = host.stage == Stage::Leased && host.settings.revision > 0;
        if (!ready || host.endpoints.empty()) continue;
        directory::BeaconBox entry;
        entry.id = box;
        entry.own_device = host.lease_class == mailbox::LeaseClass::Own;
        // Who knows our beacons takes mail of strangers for us.
        entry.open_to_strangers = true;
        entry.endpoint = host.endpoints.front();
        out.push_back(entry);
    }
    return out;
}

// Hosts hear what they hand out in our name, and the directory where they are.
void MailboxClient::publish() {
    const bool any =
        std::ranges::any_of(book_.hosts(), [](const auto& one) { return is_chosen(one.second); });
    if (!any && told_boxes_.empty()) return;
    auto now_told = boxes();
    const auto asked = asked_ ? asked_() : MailboxPublication::Asked();
    const Timestamp now = parts_.clock.wall();
    if (any && publication_.refresh(now_told, asked, parts_.random, now)) {
        if (published_) published_(asked.effort);
        keep_driving();
    }
    if (now_told == told_boxes_) return;
    told_boxes_ = std::move(now_told);
    if (boxes_changed_) boxes_changed_();
}

mailbox::Settings MailboxClient::wanted_at(const store::OwnerHost& host) const {
    auto out = settings_for(book_, host, parts_.clock.wall());
    if (!is_chosen(host)) return out;
    const std::size_t most = capabilities_at(host.lease_class);
    for (const auto& invited : invites_ ? invites_() : std::vector<wire::CapabilityGrant>()) {
        if (out.capabilities.size() < most) out.capabilities.push_back(invited);
    }
    out.beacons = publication_.beacons();
    out.bundle = publication_.bundle();
    return out;
}

}  // namespace kith::node
