// SPDX-License-Identifier: GPL-3.0-or-later
// What the node shows of its rows.
#include "core/base/encoding.h"
#include "core/node/services.h"

namespace kith::node {
namespace {

ContactState state_of(identity::ContactState state) {
    switch (state) {
        case identity::ContactState::PendingOut:
            return ContactState::PendingOut;
        case identity::ContactState::PendingIn:
            return ContactState::PendingIn;
        case identity::ContactState::Accepted:
            return ContactState::Accepted;
        case identity::ContactState::Declined:
            return ContactState::Declined;
        case identity::ContactState::Blocked:
            return ContactState::Blocked;
        case identity::ContactState::Removed:
            return ContactState::Removed;
    }
    return ContactState::Removed;
}

Trust trust_of(identity::Trust trust) {
    switch (trust) {
        case identity::Trust::Unverified:
            return Trust::Unverified;
        case identity::Trust::Invited:
            return Trust::Invited;
        case identity::Trust::Verified:
            return Trust::Verified;
        case identity::Trust::KeyChanged:
            return Trust::KeyChanged;
    }
    return Trust::Unverified;
}

// Devices have no names of their own yet: the first characters of the id tell them apart.
std::string device_name(const crypto::DeviceId& device) {
    return to_hex(device.view().first(4));
}

}  // namespace

std::string Node::Services::name_of(const crypto::AccountKey& account) const {
    if (running && account == running->profile->account()) return running->profile->name();
    const auto* const contact = contacts.find(account);
    return contact ? std::string(ContactBook::shown_name(*contact)) : std::string();
}

MessageState Node::Services::waiting_state(const crypto::AccountKey& chat,
                                           const crypto::MessageId& id) const {
    for (const auto& [device, lane] : outbox.lanes()) {
        if (lane->account() != chat) continue;
        const auto* const entry = lane->find(id);
        if (!entry) continue;
        if (running->deposit.alive(device, id) > 0) return MessageState::Stored;
        const auto* const link = const_cast<LinkTable&>(links).find(device);
        if (!entry->open && link && link->sent(entry->position)) return MessageState::Sent;
    }
    return MessageState::Queued;
}

MessageView Node::Services::view(
    const crypto::AccountKey& chat,
    std::uint64_t order,
    const LogEntry& entry,
    const std::multimap<std::uint64_t, DeviceOutcome>& outcomes) const {
    const auto& self = running->profile->account();
    MessageView out;
    out.id = entry.id;
    out.chat = chat;
    out.direction = entry.direction;
    out.from = entry.direction == Direction::Out ? self : chat;
    out.name = name_of(out.from);
    out.time = entry.time;
    out.text = entry.text;
    out.reply = entry.reply;
    out.order = order;
    const auto* const contact = contacts.find(chat);
    out.verified = contact && (contact->trust == identity::Trust::Verified ||
                               contact->trust == identity::Trust::Invited);
    if (entry.direction == Direction::In) {
        out.received = entry.received;
        out.state = MessageState::Received;
        const auto mark = log.read_mark(chat);
        out.unread = mark && order > *mark;
        return out;
    }
    const auto told = best(outcomes, order);
    out.state = told ? to_state(told->outcome) : waiting_state(chat, entry.id);
    return out;
}

Result<MessageView> Node::Services::view(const Place& place) const {
    KITH_TRY(const auto entry, log.read(place));
    KITH_TRY(const auto outcomes, deliveries.load(place.chat, place.order, place.order));
    return view(place.chat, place.order, entry, outcomes);
}

ContactView Node::Services::view(const identity::Contact& contact) const {
    ContactView out;
    out.account = contact.account;
    out.address = contact.address();
    out.name = contact.local_name;
    out.self_name = contact.self_name;
    out.note = contact.note;
    out.state = state_of(contact.state());
    out.trust = trust_of(contact.trust);
    out.devices = contact.devices.reachable().size();
    out.unread = log.unread(contact.account).value_or(0);
    out.last_seen = contact.last_seen;
    out.online = links.linked(contact.account);
    if (contact.state() == identity::ContactState::PendingOut) {
        out.request = running->requests.view(contact.account);
    }
    if (contact.state() == identity::ContactState::PendingIn) {
        out.introduced_by = running->desk.introduced_by(contact.account);
    }
    return out;
}

Result<Place> Node::Services::place_of(const crypto::MessageId& id) const {
    KITH_TRY(const auto own, log.find(running->profile->account(), id));
    if (own && own->order != 0) return *own;
    std::optional<Place> found;
    Result<> looked;
    contacts.for_each([&](const identity::Contact& contact) {
        if (found || !looked) return;
        auto place = log.find(contact.account, id);
        if (!place) {
            looked = tl::unexpected(place.error());
        } else if (*place && (*place)->order != 0) {
            found = **place;
        }
    });
    KITH_CHECK(looked);
    if (!found) return fail(Code::NotFound, "no such message");
    return *found;
}

Result<std::optional<EventBody>> Node::Services::materialise(const EventRef& ref,
                                                             std::uint64_t offset) {
    using Body = std::optional<EventBody>;
    if (!running) return Body();
    if (const auto* messages = std::get_if<MessagesRef>(&ref)) {
        auto message = view(Place{messages->chat, messages->first + offset});
        if (!message) {
            if (message.error().code == Code::NotFound) return Body();
            return tl::unexpected(message.error());
        }
        return Body(*std::move(message));
    }
    if (const auto* receipts_ref = std::get_if<ReceiptsRef>(&ref)) {
        const Place place{receipts_ref->chat, receipts_ref->run.first + offset};
        const auto entry = log.read(place);
        if (!entry) {
            if (entry.error().code == Code::NotFound) return Body();
            return tl::unexpected(entry.error());
        }
        ReceiptView receipt;
        receipt.id = entry->id;
        receipt.chat = place.chat;
        receipt.state = to_state(receipts_ref->outcome);
        receipt.device = device_name(receipts_ref->device);
        receipt.time = receipts_ref->run.time;
        return Body(receipt);
    }
    if (const auto* contact_ref = std::get_if<ContactRef>(&ref)) {
        const auto* const contact = contacts.find(contact_ref->account);
        return contact ? Body(view(*contact)) : Body();
    }
    if (const auto* notice = std::get_if<NoticeRef>(&ref)) {
        return Body(NoticeView{notice->code, notice->level, notice->message, notice->hint});
    }
    const auto& gap = std::get<GapRef>(ref);
    return Body(GapView{gap.chat, gap.missing, gap.healed});
}

}  // namespace kith::node
