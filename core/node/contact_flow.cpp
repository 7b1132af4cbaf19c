// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/contact_flow.h"

#include "core/base/encoding.h"
#include "core/base/log.h"
#include "core/directory/epoch.h"
#include "core/mailbox/capability.h"
#include "core/reputation/introduction.h"
#include "core/reputation/ticket.h"
#include "core/store/request_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace kith::node {
namespace {

using identity::ContactEvent;

constexpr std::string_view invite_prefix = "i:";
// Of an invitation for many, so many may leave a first message at the same time.
constexpr std::uint32_t uses_at_once = 8;

std::string invite_name(const crypto::InviteId& id) {
    return std::string(invite_prefix) + to_hex(id);
}

}  // namespace

// --- Our user

InviteView ContactFlow::view(const store::MadeInvite& invite) const {
    InviteView out;
    out.id = invite_name(invite.id);
    out.uses_left = invite.uses_left;
    out.expires = invite.expires;
    out.network_only = invite.network_only;
    return out;
}

Result<InviteView> ContactFlow::create_invite(Transaction& step,
                                              const InviteOptions& options,
                                              std::vector<Endpoint> nodes) {
    if (options.uses == 0 || options.uses > 1000) {
        return fail(Code::InvalidArgument, "an invitation has 1 to 1000 uses");
    }
    KITH_TRY(const auto open, invites_.made());
    if (open.size() >= max_invites) {
        return fail(Code::QuotaExceeded, "too many open invitations; revoke some first");
    }
    const Timestamp expires = parts_.clock.wall() + options.expires;
    auto invite = identity::Invite::generate(
        parts_.profile.account(), parts_.profile.stored().account.reach, expires, parts_.random);
    const auto& network = parts_.profile.network();
    if (!network.is_public()) invite.network = network.secret().clone();
    if (nodes.size() > identity::invite_nodes) nodes.resize(identity::invite_nodes);
    invite.nodes = std::move(nodes);
    const store::MadeInvite made{invite.id,
                                 identity::invite_key(invite.auth),
                                 options.uses,
                                 from_unix_seconds(invite.expires),
                                 options.network_only,
                                 {},
                                 identity::invite_deposit_key(invite.auth, invite.id).public_key()};
    invites_.put(step.changes, made);
    invites_changed(step);
    InviteView out = view(made);
    out.link = invite.link();
    return out;
}

Result<std::vector<InviteView>> ContactFlow::invites() const {
    KITH_TRY(const auto made, invites_.made());
    std::vector<InviteView> out;
    for (const auto& invite : made) {
        if (invite.expires > parts_.clock.wall()) out.push_back(view(invite));
    }
    return out;
}

Result<> ContactFlow::revoke_invite(Transaction& step, std::string_view id) {
    KITH_TRY(const auto made, invites_.made());
    for (const auto& invite : made) {
        if (invite_name(invite.id) != id) continue;
        invites_.erase(step.changes, invite.id);
        invites_changed(step);
        return success();
    }
    return fail(Code::NotFound, "no such invitation");
}

void ContactFlow::invites_changed(Transaction& step) const {
    if (invites_changed_) step.after.push_back(invites_changed_);
}

std::vector<wire::CapabilityGrant> ContactFlow::invite_grants() const {
    std::vector<wire::CapabilityGrant> out;
    const auto made = invites_.made();
    if (!made) return out;
    for (const auto& invite : *made) {
        if (!invite.deposit || invite.uses_left == 0) continue;
        if (invite.expires <= parts_.clock.wall()) continue;
        wire::CapabilityGrant grant;
        grant.key = invite.deposit->array();
        grant.kind = wire::CapabilityKind::Invite;
        grant.envelopes = mailbox::invite_envelopes * std::min(invite.uses_left, uses_at_once);
        grant.bytes = std::uint64_t{grant.envelopes} * mailbox::invite_envelope_size;
        grant.expires = unix_seconds(invite.expires);
        out.push_back(grant);
    }
    std::ranges::sort(out, std::greater{}, &wire::CapabilityGrant::expires);
    if (out.size() > max_invites_told) out.resize(max_invites_told);
    return out;
}

std::optional<crypto::DepositKeyPair> ContactFlow::invite_deposit(
    const crypto::AccountKey& account) const {
    const auto held = invites_.held(account);
    if (!held || !*held || !(*held)->deposit) return std::nullopt;
    if ((*held)->expires <= parts_.clock.wall()) return std::nullopt;
    return mailbox::deposit_key(*(*held)->deposit);
}

Result<identity::Contact*> ContactFlow::accept_invite(Transaction& step,
                                                      const identity::Invite& invite,
                                                      std::string local_name) {
    const Timestamp now = parts_.clock.wall();
    KITH_TRY(identity::Contact* const contact, parts_.contacts.open(invite.account, now));
    contact->reach = invite.reach;
    if (!local_name.empty()) contact->local_name = std::move(local_name);
    if (contact->blocked()) KITH_CHECK(advance(*contact, ContactEvent::Unblock));
    if (!contact->accepted()) KITH_CHECK(advance(*contact, ContactEvent::Ask));
    parts_.lists.move_to(*contact);
    const store::HeldInvite held{invite.account,
                                 invite.id,
                                 identity::invite_key(invite.auth),
                                 from_unix_seconds(invite.expires),
                                 {},
                                 identity::invite_deposit_seed(invite.auth, invite.id)};
    invites_.put(step.changes, held);
    message::JoinRequest request;
    request.invite = invite.id;
    request.name = parts_.profile.name();
    request.reach = own_reach();
    parts_.sender.say(step, *contact, request);
    store(step, *contact);
    return contact;
}

Result<identity::Contact*> ContactFlow::ask(Transaction& step,
                                            const identity::Address& address,
                                            std::string text) {
    const Timestamp now = parts_.clock.wall();
    if (const auto* const known = parts_.contacts.find(address.account)) {
        if (known->accepted()) return fail(Code::AlreadyExists, "this is a contact already");
        if (known->blocked()) return fail(Code::Refused, "you have blocked this contact");
    }
    KITH_TRY(identity::Contact* const contact, parts_.contacts.open(address.account, now));
    contact->reach = address.reach;
    parts_.lists.move_to(*contact);
    if (contact->state() == identity::ContactState::PendingOut && asking_ &&
        asking_(address.account)) {
        return contact;  // it goes on by itself
    }
    if (contact->state() == identity::ContactState::PendingIn) {
        // Both asked: that is a yes on both sides.
        KITH_CHECK(accept(step, *contact, {}));
        return contact;
    }
    KITH_CHECK(advance(*contact, ContactEvent::Ask));
    // Whoever does not know us reads no session that it has not paid for.
    for (const auto& device : contact->devices.reachable()) {
        KITH_CHECK(parts_.sessions.erase(step.changes, device.id));
    }
    message::Request request;
    request.name = parts_.profile.name();
    request.text = std::move(text);
    request.reach = own_reach();
    const store::RequestTable table(parts_.store);
    KITH_TRY(const auto word, table.introduction(address.account));
    if (word && now - word->received < reputation::introduction_lifetime) {
        request.introduction = word->introduction;
    } else if (word) {
        table.erase_introduction(step.changes, address.account);
    }
    parts_.sender.say(step, *contact, request);
    store(step, *contact);
    return contact;
}

Result<> ContactFlow::ask_without_invitation(Transaction& step) {
    const Timestamp now = parts_.clock.wall();
    std::vector<crypto::AccountKey> asked;
    std::as_const(parts_.contacts).for_each([&](const identity::Contact& contact) {
        if (contact.state() == identity::ContactState::PendingOut && contact.reach) {
            asked.push_back(contact.account);
        }
    });
    for (const auto& account : asked) {
        KITH_TRY(const auto held, invites_.held(account));
        if (!held || held->expires > now) continue;
        invites_.erase_held(step.changes, account);
        for (const auto& [device, lane] : parts_.outbox.lanes())
            forget_join(step, account, *lane);
        const auto* const contact = std::as_const(parts_.contacts).find(account);
        KITH_CHECK(ask(step, identity::Address::of(account, *contact->reach), {}));
        if (wake_) step.after.push_back([this, account] { wake_(account); });
        step.events.push_back(NoticeRef{"invite-over",
                                        "info",
                                        "an invitation is over before it was answered: asking "
                                        "with work instead",
                                        "kith contacts shows how far it is"});
    }
    return success();
}

/// The words of a join, which prove nothing any more.
void ContactFlow::forget_join(Transaction& step, const crypto::AccountKey& account, Lane& lane) {
    if (lane.account() != account) return;
    using message::ContentType;
    std::vector<crypto::MessageId> words;
    for (const auto* entry = lane.front(); entry; entry = lane.next(entry->position)) {
        const auto type = static_cast<ContentType>(entry->type);
        if (type == ContentType::JoinRequest || type == ContentType::JoinAuth) {
            words.push_back(entry->id);
        }
    }
    for (const auto& id : words)
        parts_.outbox.remove(step.changes, lane, id);
}

Result<> ContactFlow::introduce(Transaction& step,
                                const identity::Contact& who,
                                const identity::Contact& to) {
    if (!who.accepted() || !to.accepted()) return fail(Code::Refused, "this is no contact");
    if (who.account == to.account) return fail(Code::InvalidArgument, "these are the same");
    if (!to.reach) return fail(Code::NotFound, "no address of this contact is known");
    const auto word = reputation::Introduction::make(
        who.account, to.account, parts_.profile.device_id(), parts_.clock.wall(), parts_.random);
    const auto& device = parts_.profile.stored().device;
    message::Introduction content;
    content.account = to.account;
    content.reach = *to.reach;
    content.name = ContactBook::shown_name(to);
    if (content.name.size() > message::name_max) content.name.clear();
    content.introduction = reputation::SignedIntroduction::sign(word, device.signing).encode();
    parts_.sender.say(step, who, content);
    return success();
}

Result<> ContactFlow::accept(Transaction& step, identity::Contact& contact, std::string name) {
    using Decision = reputation::StrangerDesk::Decision;
    KITH_CHECK(advance(contact, ContactEvent::Accept));
    if (decided_) decided_(step, contact.account, Decision::Accepted);
    if (!name.empty()) contact.local_name = std::move(name);
    message::Answer answer;
    answer.accepted = true;
    answer.name = parts_.profile.name();
    parts_.sender.say(step, contact, answer);
    return opened(step, contact);
}

Result<> ContactFlow::decline(Transaction& step, identity::Contact& contact, bool tell) {
    using Decision = reputation::StrangerDesk::Decision;
    KITH_CHECK(advance(contact, ContactEvent::Decline));
    KITH_CHECK(parts_.reputation.declined(contact.account));
    if (decided_) decided_(step, contact.account, Decision::Declined);
    if (tell) parts_.sender.say(step, contact, message::Answer{});
    store(step, contact);
    return success();
}

Result<> ContactFlow::block(Transaction& step, identity::Contact& contact) {
    return shut_out(step, contact, reputation::StrangerDesk::Decision::Blocked);
}

Result<> ContactFlow::shut_out(Transaction& step,
                               identity::Contact& contact,
                               reputation::StrangerDesk::Decision decision) {
    KITH_CHECK(advance(contact, ContactEvent::Block));
    KITH_CHECK(parts_.reputation.blocked(contact.account));
    if (decided_) decided_(step, contact.account, decision);
    store(step, contact);
    if (cut_) {
        step.after.push_back([this, account = contact.account] { cut_(account); });
    }
    return success();
}

Result<> ContactFlow::unblock(Transaction& step, identity::Contact& contact) {
    KITH_TRY(const auto record, parts_.reputation.record(contact.account));
    if (!contact.blocked() && !record.is_restricted()) {
        return fail(Code::Refused, "this contact is neither blocked nor restricted");
    }
    if (contact.blocked()) KITH_CHECK(advance(contact, ContactEvent::Unblock));
    KITH_CHECK(parts_.reputation.forgiven(contact.account));
    store(step, contact);
    if (wake_) {
        step.after.push_back([this, account = contact.account] { wake_(account); });
    }
    return success();
}

Result<> ContactFlow::report(Transaction& step, identity::Contact& contact) {
    if (!contact.accepted() && !contact.blocked()) {
        using Decision = reputation::StrangerDesk::Decision;
        KITH_CHECK(shut_out(step, contact, Decision::Reported));
    }
    KITH_CHECK(parts_.reputation.reported(contact.account));
    store(step, contact);
    return success();
}

Result<> ContactFlow::remove(Transaction& step, identity::Contact& contact) {
    KITH_CHECK(advance(contact, ContactEvent::Remove));
    KITH_CHECK(parts_.reputation.removed(contact.account));
    contact.trust = identity::Trust::Unverified;
    contact.local_name.clear();
    store(step, contact);
    if (cut_) {
        step.after.push_back([this, account = contact.account] { cut_(account); });
    }
    return success();
}

Bytes ContactFlow::invite_ticket(const crypto::AccountKey& account, ByteView init) const {
    const auto* const contact = std::as_const(parts_.contacts).find(account);
    if (!contact || contact->accepted() || !contact->reach) return {};
    const auto held = invites_.held(account);
    if (!held || !*held) return {};
    const auto today = directory::epoch_at(parts_.clock.wall());
    const auto keys = directory::EpochKeys::derive(account, *contact->reach, today);
    if (!keys) return {};
    const auto own = reputation::init_digest(init);
    const auto tag = reputation::invite_tag((*held)->key, keys->account, own);
    return reputation::encode_ticket(reputation::InviteTicket{(*held)->id, tag});
}

void ContactFlow::tell_profile(Transaction& step) {
    message::Profile profile;
    profile.name = parts_.profile.name();
    profile.reach = own_reach();
    parts_.contacts.for_each([&](const identity::Contact& contact) {
        if (contact.accepted()) parts_.sender.say(step, contact, profile);
    });
}

std::optional<crypto::ReachSecret> ContactFlow::own_reach() const {
    return parts_.profile.stored().account.reach;
}

// --- Both

Result<> ContactFlow::advance(identity::Contact& contact, ContactEvent event) const {
    KITH_TRY(contact.standing, identity::advance(contact.standing, event));
    return success();
}

void ContactFlow::store(Transaction& step, const identity::Contact& contact) {
    parts_.contacts.put(step.changes, contact);
    step.events.push_back(ContactRef{contact.account});
}

Result<> ContactFlow::opened(Transaction& step, identity::Contact& contact) {
    KITH_CHECK(parts_.reputation.accepted(contact.account));
    message::Profile profile;
    profile.name = parts_.profile.name();
    profile.reach = own_reach();
    parts_.sender.say(step, contact, profile);
    if (opened_) opened_(step, contact);
    for (const auto& device : contact.devices.reachable()) {
        Lane* const lane = parts_.outbox.lane(device.id);
        if (!lane) continue;
        // What is left after one step follows with the next link.
        KITH_CHECK(parts_.sender.flush(step, *lane));
    }
    store(step, contact);
    if (wake_) {
        step.after.push_back([this, account = contact.account] { wake_(account); });
    }
    return success();
}

}  // namespace kith::node
