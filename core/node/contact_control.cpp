// SPDX-License-Identifier: GPL-3.0-or-later
// What peers may change about the two of us: the other half of contact_flow.h.
#include "core/base/log.h"
#include "core/node/contact_flow.h"
#include "core/store/request_table.h"

#include <algorithm>

namespace kith::node {

using identity::ContactEvent;

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
    invites_changed(step);
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

Result<> ContactFlow::on(Transaction& step,
                         const Origin& origin,
                         const message::Introduction& word) {
    const auto* const contact = std::as_const(parts_.contacts).find(origin.account);
    if (!contact || !contact->accepted() || word.account == parts_.profile.account()) {
        return success();
    }
    const auto* const known = std::as_const(parts_.contacts).find(word.account);
    if (known && (known->accepted() || known->blocked())) return success();
    const store::RequestTable table(parts_.store);
    KITH_TRY(const auto held, table.introductions());
    if (held.size() >= store::HeldIntroduction::most) return success();
    table.put(step.changes,
              store::HeldIntroduction{
                  word.account, origin.account, word.introduction, parts_.clock.wall()});
    const auto address = identity::Address::of(word.account, word.reach);
    step.events.push_back(NoticeRef{
        "introduction",
        "info",
        std::string(ContactBook::shown_name(*contact)) + " introduces you to " + word.name,
        "kith contacts add " + identity::to_string(address)});
    return success();
}

Result<> ContactFlow::on(Transaction& step, const Origin& origin, const message::Mailbox& word) {
    const auto* const contact = parts_.contacts.find(origin.account);
    if (!contact || !contact->accepted() || !mailbox_) return success();
    return mailbox_(step, origin, word);
}

}  // namespace kith::node
