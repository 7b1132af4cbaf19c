// SPDX-License-Identifier: GPL-3.0-or-later
// What comes by mailbox: the other half of receiver.h. There is no link that says who sent it.
#include "core/base/encoding.h"
#include "core/base/log.h"
#include "core/node/receiver.h"

namespace kith::node {
namespace {

constexpr auto category = log::Category::Session;

}  // namespace

std::optional<Origin> Receiver::origin_of(const crypto::AccountKey& account,
                                          const crypto::DeviceId& device) const {
    const auto* const known = parts_.lists.find(account);
    const auto* const listed = known ? known->find(device) : nullptr;
    if (!listed) return std::nullopt;
    return Origin{account, device, listed->signing, listed->dh};
}

std::optional<Origin> Receiver::origin_of(const message::Inner& inner) {
    if (inner.kind == message::InnerKind::Init) {
        const auto init = session::decode_init(inner.d);
        if (!init) return std::nullopt;
        // The list says whose it is and proves it. It is kept when the handshake is taken up, in
        // the step that stores the session.
        const auto alleged = identity::VerifiedDeviceList::trusted(init->list);
        if (!alleged) return std::nullopt;
        const auto proven =
            identity::VerifiedDeviceList::verify(init->list, alleged->list().account);
        if (!proven) return std::nullopt;
        const auto* const listed = proven->list().find(init->device);
        if (!listed) return std::nullopt;
        return Origin{proven->list().account, init->device, listed->signing, listed->dh};
    }
    const auto found = account_of_.find(inner.from);
    if (found != account_of_.end()) return origin_of(found->second, inner.from);
    std::optional<Origin> out;
    parts_.contacts.for_each([&](const identity::Contact& contact) {
        if (!out && contact.devices.find(inner.from)) out = origin_of(contact.account, inner.from);
    });
    if (out) account_of_.emplace(inner.from, out->account);
    return out;
}

MailVerdict Receiver::known_mail(const Origin& origin,
                                 ByteView bytes,
                                 const Bytes& owed,
                                 const message::Receipt::Via& via) {
    // It may have come over a link, and what waits behind it need not wait.
    const auto left = mail_left_.find(origin.device);
    if (left != mail_left_.end() && left->second.first == message::inner_id(bytes)) {
        mail_left_.erase(left);
    }
    // The same receipt lies at two hosts: nobody receipts the second.
    if (owed.empty()) return MailVerdict::Known;
    const auto id = crypto::MessageId::from(owed);
    if (!id) return MailVerdict::NotNow;
    Transaction step;
    parts_.owed.add(step, origin.account, origin.device, *id, via);
    if (!step.changes.empty()) parts_.commits.join(std::move(step));
    return MailVerdict::Known;
}

std::optional<MailVerdict> Receiver::turned_away(const Origin& origin,
                                                 const message::Inner& inner,
                                                 ByteView bytes) {
    if (!door_ || !is_stranger(origin.account)) return std::nullopt;
    if (inner.kind == message::InnerKind::Init) return door_->admit_mail(origin, inner, bytes);
    if (door_->waits(origin.account)) return MailVerdict::Junk;
    return std::nullopt;
}

MailVerdict Receiver::unreadable_mail(const Origin& origin, const Error& error) {
    log::debug(category, "mail from {}: {}", to_hex(origin.device.view().first(4)), error.context);
    if (error.code == Code::RateLimited || of_the_store(error.code)) return MailVerdict::NotNow;
    mail_left_.erase(origin.device);
    if (error.code == Code::NotFound && session_lost_) session_lost_(origin);
    return MailVerdict::Junk;
}

MailVerdict Receiver::take_mail(ByteView bytes, const message::Receipt::Via& via) {
    if (!parts_.commits.ready()) return MailVerdict::NotNow;
    const auto inner = message::decode_inner(bytes);
    if (!inner) return MailVerdict::Junk;
    const auto origin = origin_of(*inner);
    if (!origin) return MailVerdict::Junk;
    const auto* const contact = std::as_const(parts_.contacts).find(origin->account);
    if (contact && contact->blocked()) return MailVerdict::Junk;
    const SeenAs seen = SeenAs::of(*inner, bytes);
    const auto owed = find_seen(seen);
    if (!owed) return MailVerdict::NotNow;
    if (*owed) return known_mail(*origin, bytes, **owed, via);
    if (const auto verdict = turned_away(*origin, *inner, bytes)) return *verdict;
    const Limit limit = mail_limit(*origin, *inner, bytes);
    if (limit == Limit::Refused) return MailVerdict::NotNow;
    if (!parts_.log.last_order(origin->account)) return MailVerdict::NotNow;
    auto opened = read(*origin, *inner);
    if (!opened) return unreadable_mail(*origin, opened.error());
    Transaction& step = opened->step;
    const message::Payload& payload = opened->payload;
    if (limit == Limit::Look && !looked_at_mail(*origin, bytes, payload)) {
        return MailVerdict::NotNow;
    }
    if (auto applied = apply_new(step, *origin, payload, seen); !applied) {
        log::error(category, "mail could not be taken up: {}", applied.error().context);
        parts_.commits.join(std::move(step));
        return MailVerdict::NotNow;
    }
    if (!std::holds_alternative<message::Receipt>(payload.content)) {
        parts_.owed.add(step, origin->account, origin->device, payload.id, via);
    }
    parts_.commits.join(std::move(step));
    return MailVerdict::Stored;
}

}  // namespace kith::node
