// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/contact_flow.h"

#include "core/base/encoding.h"
#include "core/base/log.h"

#include <fmt/format.h>

#include <algorithm>

namespace kith::node {
namespace {

using identity::ContactEvent;

constexpr std::string_view invite_prefix = "i:";

std::string invite_name(const crypto::InviteId& id) {
    return std::string(invite_prefix) + to_hex(id);
}

}  // namespace

// --- Our user
// -------------------------------------------------------------------------------------

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
                                 {}};
    invites_.put(step.changes, made);
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
        return success();
    }
    return fail(Code::NotFound, "no such invitation");
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
                                 {}};
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
    if (contact->state() == identity::ContactState::PendingIn) {
        // Both asked: that is a yes on both sides.
        KITH_CHECK(accept(step, *contact, {}));
        return contact;
    }
    KITH_CHECK(advance(*contact, ContactEvent::Ask));
    message::Request request;
    request.name = parts_.profile.name();
    request.text = std::move(text);
    request.reach = own_reach();
    parts_.sender.say(step, *contact, request);
    store(step, *contact);
    return contact;
}

Result<> ContactFlow::accept(Transaction& step, identity::Contact& contact, std::string name) {
    KITH_CHECK(advance(contact, ContactEvent::Accept));
    if (!name.empty()) contact.local_name = std::move(name);
    message::Answer answer;
    answer.accepted = true;
    answer.name = parts_.profile.name();
    parts_.sender.say(step, contact, answer);
    return opened(step, contact);
}

Result<> ContactFlow::decline(Transaction& step, identity::Contact& contact, bool tell) {
    KITH_CHECK(advance(contact, ContactEvent::Decline));
    if (tell) parts_.sender.say(step, contact, message::Answer{});
    store(step, contact);
    return success();
}

Result<> ContactFlow::block(Transaction& step, identity::Contact& contact) {
    KITH_CHECK(advance(contact, ContactEvent::Block));
    store(step, contact);
    if (cut_) {
        step.after.push_back([this, account = contact.account] { cut_(account); });
    }
    return success();
}

Result<> ContactFlow::unblock(Transaction& step, identity::Contact& contact) {
    KITH_CHECK(advance(contact, ContactEvent::Unblock));
    store(step, contact);
    if (wake_) {
        step.after.push_back([this, account = contact.account] { wake_(account); });
    }
    return success();
}

Result<> ContactFlow::remove(Transaction& step, identity::Contact& contact) {
    KITH_CHECK(advance(contact, ContactEvent::Remove));
    contact.trust = identity::Trust::Unverified;
    contact.local_name.clear();
    store(step, contact);
    if (cut_) {
        step.after.push_back([this, account = contact.account] { cut_(account); });
    }
    return success();
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
// -----------------------------------------------------------------------------------------

Result<> ContactFlow::advance(identity::Contact& contact, ContactEvent event) const {
    KITH_TRY(contact.standing, identity::advance(contact.standing, event));
    return success();
}

void ContactFlow::store(Transaction& step, const identity::Contact& contact) {
    parts_.contacts.put(step.changes, contact);
    step.events.push_back(ContactRef{contact.account});
}

Result<> ContactFlow::opened(Transaction& step, identity::Contact& contact) {
    message::Profile profile;
    profile.name = parts_.profile.name();
    profile.reach = own_reach();
    parts_.sender.say(step, contact, profile);
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

Result<identity::Contact*> ContactFlow::contact_of(const Origin& origin) {
    KITH_TRY(identity::Contact* const contact,
             parts_.contacts.open(origin.account, parts_.clock.wall()));
    parts_.lists.move_to(*contact);
    return contact;
}

Result<identity::JoinContext> ContactFlow::join_context(const Origin& origin,
                                                        const identity::JoinChallenge& challenge,
                                                        bool we_invite) {
    KITH_TRY(const session::SessionSet* const set, parts_.sessions.open(origin.device));
    if (!set->active()) return fail(Code::NotFound, "no session to prove anything in");
    identity::JoinContext out;
    out.transcript = set->active()->transcript();
    out.challenge = challenge;
    out.inviter = we_invite ? parts_.profile.account() : origin.account;
    out.joiner = we_invite ? origin.account : parts_.profile.account();
    return out;
}

// --- Peers
// ----------------------------------------------------------------------------------------

Result<> ContactFlow::on_control(Transaction& step,
                                 const Origin& origin,
                                 const message::Content& content) {
    return std::visit(
        [&](const auto& kind) -> Result<> {
            using Kind = std::decay_t<decltype(kind)>;
            if constexpr (requires { this->on(step, origin, kind); }) {
                return on(step, origin, kind);
            } else {
                // Empty, reset, endpoints: their work is done by the session and the link.
                static_assert(!std::is_same_v<Kind, message::Request>);
                return success();
            }
        },
        content);
}

Result<> ContactFlow::request_of(Transaction& step,
                                 identity::Contact& contact,
                                 const std::string& name,
                                 const std::string& text) {
    if (!parts_.settings.accept_requests && contact.state() == identity::ContactState::Removed) {
        return success();
    }
    const bool fresh = contact.state() == identity::ContactState::Removed ||
                       contact.state() == identity::ContactState::Declined;
    if (fresh && parts_.contacts.pending_in() >= ContactBook::max_pending) {
        log::info(log::Category::Node, "a contact request was dropped: too many are pending");
        return success();
    }
    if (name.size() <= identity::Contact::max_name) contact.self_name = name;
    contact.note = text.substr(0, identity::Contact::max_note);
    const bool was_accepted = contact.accepted();
    KITH_CHECK(advance(contact, ContactEvent::PeerAsked));
    if (contact.accepted()) {
        // We had asked as well, or the peer has lost our answer.
        message::Answer answer;
        answer.accepted = true;
        answer.name = parts_.profile.name();
        parts_.sender.say(step, contact, answer);
        if (!was_accepted) return opened(step, contact);
    }
    store(step, contact);
    return success();
}

Result<> ContactFlow::on(Transaction& step, const Origin& origin, const message::Request& request) {
    KITH_TRY(identity::Contact* const contact, contact_of(origin));
    if (request.reach) contact->reach = request.reach;
    return request_of(step, *contact, request.name, request.text);
}

Result<> ContactFlow::on(Transaction& step, const Origin& origin, const message::Answer& answer) {
    auto* const contact = parts_.contacts.find(origin.account);
    if (!contact) return success();
    if (!answer.name.empty()) contact->self_name = answer.name;
    const bool was_accepted = contact->accepted();
    KITH_CHECK(advance(*contact,
                       answer.accepted ? ContactEvent::PeerAccepted : ContactEvent::PeerDeclined));
    if (contact->accepted() && !was_accepted) return opened(step, *contact);
    store(step, *contact);
    return success();
}

Result<> ContactFlow::on(Transaction& step,
                         const Origin& origin,
                         const message::JoinRequest& request) {
    KITH_TRY(identity::Contact* const contact, contact_of(origin));
    if (request.reach) contact->reach = request.reach;
    if (!request.name.empty()) contact->self_name = request.name;
    const Timestamp now = parts_.clock.wall();
    KITH_TRY(auto invite, invites_.made(request.invite));
    if (!invite || invite->uses_left == 0 || invite->expires <= now) {
        // Used, revoked or expired: still somebody who knows our address, so a plain request.
        return request_of(step, *contact, request.name, "(the invitation is no longer valid)");
    }
    store::PendingJoin pending;
    pending.joiner = origin.account;
    pending.challenge = crypto::draw_public<identity::JoinChallenge>(parts_.random);
    pending.asked = now;
    std::erase_if(invite->pending, [&](const auto& old) { return old.joiner == origin.account; });
    if (invite->pending.size() >= store::MadeInvite::max_pending) {
        invite->pending.erase(invite->pending.begin());
    }
    invite->pending.push_back(pending);
    invites_.put(step.changes, *invite);
    parts_.contacts.put(step.changes, *contact);
    message::JoinChallenge challenge;
    challenge.invite = request.invite;
    challenge.challenge = pending.challenge;
    parts_.sender.say(step, *contact, challenge);
    return success();
}

Result<> ContactFlow::on(Transaction& step,
                         const Origin& origin,
                         const message::JoinChallenge& challenge) {
    auto* const contact = parts_.contacts.find(origin.account);
    KITH_TRY(auto held, invites_.held(origin.account));
    if (!contact || !held || held->id != challenge.invite) return success();
    KITH_TRY(const auto context, join_context(origin, challenge.challenge, false));
    held->challenge = challenge.challenge;
    invites_.put(step.changes, *held);
    message::JoinAuth auth;
    auth.invite = held->id;
    auth.mac = identity::join_proof(held->key, identity::JoinRole::Joiner, context);
    parts_.sender.say(step, *contact, auth);
    return success();
}

Result<> ContactFlow::on(Transaction& step, const Origin& origin, const message::JoinAuth& auth) {
    auto* const contact = parts_.contacts.find(origin.account);
    KITH_TRY(auto invite, invites_.made(auth.invite));
    if (!contact || !invite) return success();
    const auto pending =
        std::ranges::find(invite->pending, origin.account, &store::PendingJoin::joiner);
    if (pending == invite->pending.end() || invite->uses_left == 0) return success();
    KITH_TRY(const auto context, join_context(origin, pending->challenge, true));
    const auto proven =
        identity::verify_join_proof(invite->key, identity::JoinRole::Joiner, context, auth.mac);
    if (!proven) {
        log::info(log::Category::Node, "somebody failed to prove an invitation");
        return success();
    }
    invite->pending.erase(pending);
    --invite->uses_left;
    if (invite->uses_left == 0) {
        invites_.erase(step.changes, invite->id);
    } else {
        invites_.put(step.changes, *invite);
    }
    KITH_CHECK(advance(*contact, ContactEvent::PeerAsked));
    if (!contact->accepted()) KITH_CHECK(advance(*contact, ContactEvent::Accept));
    contact->raise_trust(identity::Trust::Invited);
    message::JoinOk ok;
    ok.mac = identity::join_proof(invite->key, identity::JoinRole::Inviter, context);
    ok.name = parts_.profile.name();
    parts_.sender.say(step, *contact, ok);
    return opened(step, *contact);
}

Result<> ContactFlow::on(Transaction& step, const Origin& origin, const message::JoinOk& ok) {
    auto* const contact = parts_.contacts.find(origin.account);
    KITH_TRY(const auto held, invites_.held(origin.account));
    if (!contact || !held || !held->challenge) return success();
    KITH_TRY(const auto context, join_context(origin, *held->challenge, false));
    const auto proven =
        identity::verify_join_proof(held->key, identity::JoinRole::Inviter, context, ok.mac);
    if (!proven) return success();
    invites_.erase_held(step.changes, origin.account);
    if (!ok.name.empty()) contact->self_name = ok.name;
    KITH_CHECK(advance(*contact, ContactEvent::PeerAccepted));
    contact->raise_trust(identity::Trust::Invited);
    return opened(step, *contact);
}

Result<> ContactFlow::on(Transaction& step, const Origin& origin, const message::Profile& profile) {
    auto* const contact = parts_.contacts.find(origin.account);
    if (!contact) return success();
    const bool same =
        contact->self_name == profile.name && (!profile.reach || contact->reach == profile.reach);
    if (same) return success();
    if (!profile.name.empty()) contact->self_name = profile.name;
    if (profile.reach) contact->reach = profile.reach;
    store(step, *contact);
    return success();
}

Result<> ContactFlow::on(Transaction& step, const Origin& origin, const message::DeviceList& list) {
    bool changed = false;
    const auto verdict = parts_.lists.accept(origin.account, list.list, changed);
    if (!verdict) return success();
    if (*verdict == identity::ListVerdict::Equivocation) {
        step.events.push_back(
            NoticeRef{"device-list-conflict",
                      "warning",
                      "a contact has shown two contradicting lists of its devices",
                      "kith contacts show, then compare safety numbers: kith verify"});
    }
    if (const auto* const contact = parts_.contacts.find(origin.account); contact && changed) {
        store(step, *contact);
    }
    return success();
}

Result<> ContactFlow::on(Transaction& step,
                         const Origin& origin,
                         const message::DeviceListAsk& ask) {
    const auto* const contact = parts_.contacts.find(origin.account);
    if (!contact || ask.seq >= parts_.profile.list().list().seq) return success();
    parts_.sender.say(step, *contact, message::DeviceList{parts_.profile.list().signed_list()});
    return success();
}

}  // namespace kith::node
