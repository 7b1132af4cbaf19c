// SPDX-License-Identifier: GPL-3.0-or-later
// Leaving mail for those who have not told us where: at the mailboxes that their beacon names, paid
// for with work. A part of mailbox_deposit.h.
#include "core/mailbox/capability.h"
#include "core/node/mailbox_deposit.h"
#include "core/node/mailbox_deposit_state.h"

#include <algorithm>

namespace kith::node {

void MailboxDeposit::on_beacon(const crypto::AccountKey& account,
                               const crypto::BlindedAccountKey& name,
                               const std::vector<directory::BeaconBox>& boxes) {
    auto& recipient = recipients_[account];
    if (recipient && !recipient->beacon) return;
    std::vector<HostPointer> before;
    if (recipient) before = std::move(recipient->hosts);
    const auto own_box = own_box_ ? own_box_() : std::nullopt;
    std::vector<HostPointer> hosts;
    for (const auto& box : boxes) {
        if (!box.open_to_strangers || (own_box && box.id == *own_box)) continue;
        const auto known =
            std::ranges::find(before, box.id, [](const auto& host) { return host->box; });
        if (known != before.end()) {
            (*known)->announced.endpoints.assign(1, box.endpoint);
            hosts.push_back(*known);
            continue;
        }
        mailbox::AnnouncedHost named;
        named.own = box.own_device;
        named.endpoints.push_back(box.endpoint);
        hosts.push_back(std::make_shared<Host>(account, std::move(named), parts_.executor));
        hosts.back()->box = box.id;
    }
    for (const auto& host : before) {
        host->gone = std::ranges::find(hosts, host) == hosts.end();
        if (host->gone) host->retry.cancel();
    }
    if (hosts.empty()) {
        recipients_.erase(account);
        return;
    }
    // No deposit is signed with it.
    const Bytes none(crypto::Seed32::size_bytes);
    auto seed = crypto::Seed32::copy_of(none);
    auto key = mailbox::deposit_key(seed);
    mailbox::Announcement told_nothing{0, {}, std::move(seed), {}};
    recipient = std::make_unique<Recipient>(
        Recipient{std::move(told_nothing), std::move(key), std::move(hosts), {}, name});
    wake(account);
}

void MailboxDeposit::on_bundle_key(const crypto::AccountKey& account,
                                   const message::EnvelopeRecipient& key) {
    auto& mail = mails_[key.device];
    if (!mail) mail = std::make_unique<Mail>();
    mail->account = account;
    mail->device = key.device;
    if (!mail->recipient) mail->recipient = key;
}

std::optional<mailbox::Announcement> MailboxDeposit::where(
    const crypto::AccountKey& account) const {
    const auto found = recipients_.find(account);
    if (found == recipients_.end() || found->second->beacon) return std::nullopt;
    auto out = found->second->announcement.clone();
    out.hosts.clear();  // without our own
    for (const auto& host : found->second->hosts)
        out.hosts.push_back(host->announced);
    return out;
}

std::optional<crypto::DepositKeyPair> MailboxDeposit::invitation(const Host& host) const {
    const auto recipient = recipients_.find(host.account);
    const bool stranger = recipient != recipients_.end() && recipient->second->beacon.has_value();
    if (!stranger || host.paid || !invited_) return std::nullopt;
    return invited_(host.account);
}

bool MailboxDeposit::wants_key(const crypto::AccountKey& account) const {
    const auto recipient = recipients_.find(account);
    if (recipient == recipients_.end() || recipient->second->hosts.empty()) return false;
    return std::ranges::any_of(parts_.outbox.lanes(), [&](const auto& one) {
        const Lane& lane = *one.second;
        if (lane.account() != account || lane.waiting() == lane.open_count()) return false;
        const auto mail = mails_.find(lane.device());
        return mail == mails_.end() || !mail->second->recipient;
    });
}

/// A beacon names a mailbox by its id; who answers to it has proven its key.
Result<> MailboxDeposit::learn_key(Host& host) const {
    if (host.announced.key != crypto::MailboxKey()) return success();
    PeerLink* const link = parts_.links.by_serial(host.link);
    const auto* const peer = link ? std::get_if<transport::BoxPeer>(&link->info().peer) : nullptr;
    if (!peer || peer->box != host.box) return fail(Code::Unreachable, "the link has ended");
    host.announced.key = peer->signing;
    return success();
}

}  // namespace kith::node
