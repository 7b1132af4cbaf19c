// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/sender.h"

#include "core/base/log.h"
#include "core/message/inner.h"
#include "core/message/message_id.h"
#include "core/message/payload.h"

namespace kith::node {

namespace {

/// To somebody who does not know us it goes beside a ticket: see own_requests.h.
bool is_request(const OutboxItem& item) {
    return item.type == static_cast<std::uint8_t>(message::ContentType::Request);
}

}  // namespace

crypto::DeviceId account_lane(const crypto::AccountKey& account) {
    return crypto::DeviceId::copy_of(account);
}

Sender::Sender(const Profile& profile,
               ContactBook& contacts,
               MessageLog& log,
               Outbox& outbox,
               store::SessionTable& sessions,
               Random& random,
               const Clock& clock)
    : profile_(profile),
      contacts_(contacts),
      log_(log),
      outbox_(outbox),
      sessions_(sessions),
      random_(random),
      clock_(clock) {}

void Sender::say_shown(Transaction& step,
                       const identity::Contact& contact,
                       const OutboxItem& item,
                       const message::Content& content) {
    add(step, contact, item, content, true);
}

OutboxItem Sender::control_item(const identity::Contact& contact, const message::Content& content) {
    OutboxItem item;
    item.made = clock_.wall();
    item.id = message::make_message_id(item.made, random_);
    item.chat = contact.account;
    item.type = message::type_of(content);
    message::encode_content(content, item.content);
    return item;
}

crypto::MessageId Sender::say(Transaction& step,
                              const identity::Contact& contact,
                              const message::Content& content,
                              std::uint64_t sequence) {
    OutboxItem item = control_item(contact, content);
    item.sequence = sequence;
    add(step, contact, item, content, false);
    return item.id;
}

void Sender::say_to(Transaction& step,
                    const identity::Contact& contact,
                    const crypto::DeviceId& device,
                    const message::Content& content) {
    add_to(step, contact, device, control_item(contact, content), content, false);
}

void Sender::add(Transaction& step,
                 const identity::Contact& contact,
                 const OutboxItem& item,
                 const message::Content& content,
                 bool shown) {
    std::vector<crypto::DeviceId> devices;
    for (const auto& device : contact.devices.reachable())
        devices.push_back(device.id);
    if (devices.empty()) devices.push_back(account_lane(contact.account));
    for (const auto& device : devices)
        add_to(step, contact, device, item, content, shown);
}

void Sender::add_to(Transaction& step,
                    const identity::Contact& contact,
                    const crypto::DeviceId& device,
                    const OutboxItem& item,
                    const message::Content& content,
                    bool shown) {
    account_of_.insert_or_assign(device, contact.account);
    const Lane* const before = outbox_.lane(device);
    const bool behind = shown && before && before->open_count() > 0;
    Bytes inner;
    if (!behind && (contact.accepted() || !(shown || is_request(item)))) {
        // No session yet is no failure: the entry waits for one.
        if (auto sealed = seal(device, item.id, item.sequence, content)) {
            inner = *std::move(sealed);
        }
    }
    outbox_.add(step.changes, contact.account, device, item, std::move(inner));
    step.lanes.push_back(outbox_.lane(device));
}

Result<Bytes> Sender::seal(const crypto::DeviceId& device,
                           const crypto::MessageId& id,
                           std::uint64_t sequence,
                           message::Content content) {
    KITH_TRY(const auto sealed, seal_in_session(device, id, sequence, std::move(content)));
    return inner_of(device, sealed);
}

Bytes Sender::inner_of(const crypto::DeviceId& device, const session::Sealed& sealed) const {
    if (sealed.form != session::WireForm::Init) {
        return message::encode_inner(
            message::InnerKind::Ratchet, profile_.device_id(), sealed.mac, sealed.d);
    }
    const auto of = account_of_.find(device);
    const bool known = ticket_ && of != account_of_.end();
    return message::encode_inner_init(known ? ticket_(of->second, sealed.d) : Bytes(), sealed.d);
}

Result<Sender::First> Sender::seal_first(const Lane& lane, const OutboxItem& item) {
    account_of_.insert_or_assign(lane.device(), lane.account());
    KITH_TRY(auto content, content_of(item));
    KITH_TRY(auto sealed,
             seal_in_session(lane.device(), item.id, item.sequence, std::move(content)));
    if (sealed.form == session::WireForm::Init) return First{true, std::move(sealed.d)};
    return First{false, inner_of(lane.device(), sealed)};
}

Result<session::Sealed> Sender::seal_in_session(const crypto::DeviceId& device,
                                                const crypto::MessageId& id,
                                                std::uint64_t sequence,
                                                message::Content content) {
    KITH_TRY(session::SessionSet* const set, sessions_.open(device));
    if (!set->active()) return fail(Code::NotFound, "no session");
    message::Payload payload;
    payload.id = id;
    payload.content = std::move(content);
    payload.my_list = profile_.list_mark();
    payload.seq = sequence;
    if (note_) payload.deposits = note_(device);
    if (const auto of = account_of_.find(device); of != account_of_.end()) {
        const auto* const contact = std::as_const(contacts_).find(of->second);
        if (contact && contact->devices.newest()) {
            payload.your_list = identity::ListMark::of(*contact->devices.newest());
        }
    }
    KITH_TRY(const auto bytes, message::encode_payload(payload));
    KITH_TRY(auto sealed, set->seal(bytes, profile_.list().signed_list(), random_, clock_.wall()));
    sessions_.touch(*set);
    return sealed;
}

Result<Bytes> Sender::seal_unkept(const crypto::DeviceId& device, message::Content content) {
    const auto id = message::make_message_id(clock_.wall(), random_);
    return seal(device, id, 0, std::move(content));
}

Result<message::Content> Sender::content_of(const OutboxItem& item) const {
    if (item.order == 0) return message::decode_content(item.type, item.content);
    KITH_TRY(auto line, log_.read(Place{item.chat, item.order}));
    return message::Content(message::Text{std::move(line.text)});
}

bool Sender::may_go(const Lane& lane, const OutboxItem& item) const {
    if (item.order == 0 && !is_request(item)) return true;
    const auto* const contact = std::as_const(contacts_).find(lane.account());
    return contact && contact->accepted();
}

Result<bool> Sender::flush(Transaction& step, Lane& lane) {
    if (lane.open_count() == 0) return false;
    KITH_TRY(const session::SessionSet* const set, sessions_.open(lane.device()));
    if (!set->active()) return false;
    account_of_.insert_or_assign(lane.device(), lane.account());
    std::size_t done = 0;
    for (const std::uint64_t position : lane.open_positions()) {
        if (done == flush_step) return true;
        KITH_TRY(const auto item, outbox_.item(lane, position));
        if (!may_go(lane, item)) continue;
        KITH_TRY(auto content, content_of(item));
        KITH_TRY(auto inner, seal(lane.device(), item.id, item.sequence, std::move(content)));
        outbox_.encrypted(step.changes, lane, item, std::move(inner));
        ++done;
    }
    if (done > 0) step.lanes.push_back(&lane);
    return false;
}

Result<> Sender::spread(Transaction& step, const identity::Contact& contact) {
    Lane* const waiting = outbox_.lane(account_lane(contact.account));
    if (!waiting || waiting->empty()) return success();
    const auto devices = contact.devices.reachable();
    if (devices.empty()) return success();
    for (const std::uint64_t position : waiting->open_positions()) {
        KITH_TRY(const auto item, outbox_.item(*waiting, position));
        for (const auto& device : devices) {
            account_of_.insert_or_assign(device.id, contact.account);
            outbox_.add(step.changes, contact.account, device.id, item, {});
            step.lanes.push_back(outbox_.lane(device.id));
        }
        outbox_.remove(step.changes, *waiting, item.id);
    }
    return success();
}

Result<> Sender::repeat(Transaction& step, Lane& lane, std::uint64_t up_to) {
    std::vector<std::uint64_t> positions;
    for (const auto* entry = lane.front(); entry && entry->position <= up_to;
         entry = lane.next(entry->position)) {
        positions.push_back(entry->position);
    }
    account_of_.insert_or_assign(lane.device(), lane.account());
    for (const std::uint64_t position : positions) {
        KITH_TRY(const auto item, outbox_.item(lane, position));
        Bytes inner;
        if (may_go(lane, item)) {
            KITH_TRY(auto content, content_of(item));
            KITH_TRY(inner, seal(lane.device(), item.id, item.sequence, std::move(content)));
        }
        outbox_.encrypted(step.changes, lane, item, std::move(inner));
    }
    step.lanes.push_back(&lane);
    return success();
}

}  // namespace kith::node
