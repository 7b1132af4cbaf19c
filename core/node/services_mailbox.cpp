// SPDX-License-Identifier: GPL-3.0-or-later
// Mailboxes: what links and contacts say goes to the service that it is for.
#include "core/base/log.h"
#include "core/mailbox/host_offer.h"
#include "core/node/services.h"

namespace kith::node {

void Node::Services::wire_mailboxes() {
    outbox.on_dropped([this](store::Changes& changes, const auto& device, const auto& id) {
        running->deposit.dropped(changes, device, id);
    });
    running->sender.on_note([this](const auto& device) { return running->deposit.note(device); });
    running->deposit.on_own_box([this] { return running->host.id(); });
    running->deposit.on_ways([this](const auto& box) { return running->mailboxes.ways_to(box); });
    running->deposit.on_away(
        [this](const auto& account) { return running->courier.away(account); });
    running->deposit.on_stored(
        [this](const auto& id, const auto& chat, const auto& told) { outcome(id, chat, told); });
    running->courier.on_kept(
        [this](const auto& device, const auto& id) { return running->deposit.kept(device, id); });
    running->courier.on_failed([this](const auto& account) { running->deposit.wake(account); });
    wire_own_mailboxes();
    running->flow.on_mailbox([this](auto& step, const auto& origin, const auto& word) {
        return on_mailbox_word(step, origin, word);
    });
}

MailboxClient::Parts Node::Services::own_mailboxes(const Profile& profile, Sender& sender) {
    return {profile,
            contacts,
            sender,
            prekeys,
            ports.store,
            commits,
            links,
            ports.random,
            ports.clock,
            ports.executor,
            hosts,
            settings.copies};
}

MailboxHost::Parts Node::Services::served_mailboxes() {
    return {ports.store,
            commits,
            links,
            ports.worker,
            ports.random,
            ports.clock,
            [this] { return clocks.offset(); },
            settings.mailbox,
            ports.executor};
}

MailboxOffers::Parts Node::Services::offered_mailboxes(Running& to) {
    return {to.host,
            contacts,
            to.sender,
            commits,
            ports.store,
            ports.clock,
            reachability,
            [&to] { return to.publisher.endpoints(); },
            settings.offer_mailbox_at_once,
            ports.executor};
}

MailboxHandOff::Parts Node::Services::handed_off_mailboxes(Running& to) {
    return {to.host,
            links,
            commits,
            ports.store,
            ports.clock,
            ports.executor,
            [&to](const auto& account) { return to.deposit.where(account); }};
}

Result<> Node::Services::serve_mailboxes() {
    KITH_CHECK(running->host.start(running->profile->stored().account.beacon_seed,
                                   [this] { running->offers.look(); }));
    if (!commits.ready()) return success();
    // Whoever was removed or blocked right before a power cut.
    Transaction step;
    KITH_CHECK(running->host.withdraw_all_but(step, [this](const auto& account) {
        const auto* const contact = std::as_const(contacts).find(account);
        return contact && contact->accepted();
    }));
    if (!step.changes.empty()) commits.join(std::move(step));
    return success();
}

void Node::Services::withdraw_mailbox(const crypto::AccountKey& account) {
    clocks.forget(account);
    if (!commits.ready()) return;  // at the next start
    Transaction step;
    if (auto withdrawn = running->host.withdraw(step, account); !withdrawn) {
        log::warn(log::Category::Store, "mailbox: {}", withdrawn.error().context);
    }
    if (!step.changes.empty()) commits.join(std::move(step));
}

bool Node::Services::has_network() const {
    return directory::is_connected(ports.directory.state().connection) || links.size() > 0;
}

void Node::Services::wire_own_mailboxes() {
    MailboxClient& own = running->mailboxes;
    own.on_network([this] { return has_network(); });
    own.on_boxes([this] { running->publisher.changed(); });
    own.on_invites([this] { return running->flow.invite_grants(); });
    running->flow.on_invites([this] { running->mailboxes.invites_changed(); });
    running->deposit.on_invited(
        [this](const auto& account) { return running->flow.invite_deposit(account); });
    own.on_lost([this](const auto& account) { running->courier.seek(account); });
    own.on_mail([this](ByteView inner, const message::Receipt::Via& via) {
        return running->receiver.take_mail(inner, via);
    });
    running->flow.on_opened([this](auto& step, const auto& contact) {
        links.protect_account(contact.account);
        running->offers.opened(step, contact);
        running->mailboxes.changed();
    });
    running->publisher.on_boxes([this] { return running->mailboxes.boxes(); });
    running->receiver.on_note([this](auto& step, const auto& origin, ByteView note) {
        running->mailboxes.on_note(step, origin, note);
    });
}

void Node::Services::turn_prekeys(Transaction& step) {
    const auto before = prekeys.envelope_ids();
    const bool collected = running->mailboxes.all_collected();
    const Timestamp now = ports.clock.wall();
    if (auto turned = prekeys.rotate(step.changes, ports.random, now, collected); !turned) {
        log::warn(log::Category::Session, "prekeys: {}", turned.error().context);
    } else if (*turned) {
        running->mailboxes.on_prekeys();
    }
    const auto after = prekeys.envelope_ids();
    const bool fresh = std::ranges::any_of(
        after, [&](std::uint32_t id) { return std::ranges::find(before, id) == before.end(); });
    if (fresh) running->mailboxes.on_envelope_key(step);
}

bool Node::Services::on_mailbox_request(PeerLink& link, const wire::Frame& frame) {
    return running && is_mailbox(link) && running->host.on_request(link, frame);
}

bool Node::Services::on_nudge(PeerLink& link, ByteView body) {
    return running && running->mailboxes.on_nudge(link, body);
}

void Node::Services::on_end(PeerLink& link) {
    if (!running) return;
    running->host.on_end(link);
    running->mailboxes.on_end(link);
}

Result<> Node::Services::on_mailbox_word(Transaction& step,
                                         const Origin& origin,
                                         const message::Mailbox& word) {
    using Kind = message::Mailbox::Kind;
    switch (word.kind) {
        case Kind::Offer:
        case Kind::ReceiptShown:
            return running->mailboxes.on_word(step, origin, word);
        case Kind::LeaseWish: {
            const auto wish = mailbox::decode_lease_wish(word.body);
            // Of somebody who knows an older mailbox of ours, or junk: nothing to grant.
            if (!wish || wish->box != running->host.id()) return success();
            return running->host.grant(step, origin.account, wish->owner);
        }
        case Kind::Announcement:
            return running->deposit.on_announcement(step, origin, word.body);
        case Kind::EnvelopeKey:
            return running->deposit.on_envelope_key(step, origin, word.body);
        case Kind::ReceiptAsk:
            return running->deposit.on_receipt_ask(step, origin, word.body);
    }
    return success();  // of a newer kith
}

}  // namespace kith::node
