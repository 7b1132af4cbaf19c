// SPDX-License-Identifier: GPL-3.0-or-later
// What of a contact is taken now: rate before anything is opened, unread messages after.
//
// Every message counts for the rate; for unread credit only texts do, and which a message is shows
// when it is open. So over the credit the first message in line is opened and, if it is a text, all
// that this changed is forgotten. What is behind it waits unopened: nothing overtakes it, and no
// more is worked than one message for each BUSY.
#include "core/base/log.h"
#include "core/node/receiver.h"

namespace kith::node {
namespace {

using reputation::Admission;

// Reading makes us say so at once: this is for a word that was lost.
constexpr Duration credit_retry = minutes(1);

}  // namespace

bool Receiver::is_contact(const crypto::AccountKey& account) const {
    const auto* const contact = std::as_const(parts_.contacts).find(account);
    return contact && contact->accepted();
}

Receiver::Limit Receiver::limit(const Origin& origin,
                                PeerLink& link,
                                std::uint32_t n,
                                ByteView bytes) {
    if (!is_contact(origin.account)) {
        const auto* const known = std::as_const(parts_.contacts).find(origin.account);
        // Its links are about to end; nothing is said.
        if (known && known->blocked()) return Limit::Refused;
        if (!too_many_from_stranger(origin)) return Limit::Take;
        link.refuse({n}, wire::BusyCode::Credit, hours(1));
        return Limit::Refused;
    }
    switch (link.turn_of(n, bytes)) {
        case PeerLink::Turn::Its:
            break;
        case PeerLink::Turn::PastBusy:
            parts_.reputation.observe(origin.account, reputation::Event::PastBusy);
            return Limit::Refused;
        case PeerLink::Turn::Behind:
            return Limit::Refused;
    }
    const auto unread = parts_.log.unread(origin.account);
    if (!unread) return Limit::Refused;
    const auto admission = parts_.reputation.admit(origin.account, *unread);
    if (!admission) return Limit::Refused;
    switch (admission->answer) {
        case Admission::Answer::Take:
            link.taken();
            return Limit::Take;
        case Admission::Answer::WaitRate:
            link.refuse_from(n, bytes, wire::BusyCode::Rate, admission->wait);
            return Limit::Refused;
        case Admission::Answer::WaitUnread:
            return Limit::Look;
        case Admission::Answer::Drop:
            break;
    }
    return Limit::Refused;
}

bool Receiver::may_look(const Origin& origin, const message::Inner& inner) const {
    return inner.kind == message::InnerKind::Ratchet && parts_.sessions.clean(origin.device);
}

void Receiver::refuse_text(PeerLink& link, std::uint32_t n, ByteView bytes) {
    link.refuse_from(n, bytes, wire::BusyCode::Credit, credit_retry);
}

bool Receiver::looked(const Origin& origin,
                      PeerLink& link,
                      std::uint32_t n,
                      ByteView bytes,
                      const message::Payload& payload) {
    if (message::is_shown(payload.content)) {
        parts_.sessions.take_back(origin.device);
        refuse_text(link, n, bytes);
        return false;
    }
    const auto admission = parts_.reputation.admit(origin.account, 0);
    if (!admission || admission->answer != Admission::Answer::Take) {
        parts_.sessions.take_back(origin.device);
        if (admission) link.refuse_from(n, bytes, wire::BusyCode::Rate, admission->wait);
        return false;
    }
    link.taken();
    return true;
}

// --- Mail

Receiver::Limit Receiver::mail_limit(const Origin& origin,
                                     const message::Inner& inner,
                                     ByteView bytes) {
    if (!is_contact(origin.account)) {
        return too_many_from_stranger(origin) ? Limit::Refused : Limit::Take;
    }
    const auto left = mail_left_.find(origin.device);
    const bool behind = left != mail_left_.end() && left->second.first != message::inner_id(bytes);
    if (behind) return Limit::Refused;
    const auto unread = parts_.log.unread(origin.account);
    const auto standing = parts_.reputation.standing(origin.account);
    if (!unread || !standing) return Limit::Refused;
    if (standing->unread && *unread >= *standing->unread) {
        if (may_look(origin, inner)) return Limit::Look;
        leave_mail(origin, bytes);
        return Limit::Refused;
    }
    mail_left_.erase(origin.device);
    return Limit::Take;
}

void Receiver::leave_mail(const Origin& origin, ByteView bytes) {
    mail_left_.insert_or_assign(origin.device, LeftMail{message::inner_id(bytes), origin.account});
}

bool Receiver::looked_at_mail(const Origin& origin,
                              ByteView bytes,
                              const message::Payload& payload) {
    if (!message::is_shown(payload.content)) {
        mail_left_.erase(origin.device);
        return true;
    }
    parts_.sessions.take_back(origin.device);
    leave_mail(origin, bytes);
    return false;
}

bool Receiver::has_credit(const crypto::AccountKey& account) const {
    const auto unread = parts_.log.unread(account);
    const auto standing = parts_.reputation.standing(account);
    return unread && standing && (!standing->unread || *unread < *standing->unread);
}

bool Receiver::forget_left_mail(const crypto::AccountKey& account) {
    return std::erase_if(mail_left_,
                         [&](const auto& left) { return left.second.second == account; }) > 0;
}

}  // namespace kith::node
