// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/receiver.h"

#include "core/base/encoding.h"
#include "core/base/log.h"
#include "core/message/inner.h"

#include <algorithm>

namespace kith::node {
namespace {

using store::Table;

constexpr auto category = log::Category::Session;

const message::Reset* reset_of(const message::Payload& payload) {
    return std::get_if<message::Reset>(&payload.content);
}

}  // namespace

SeenAs SeenAs::of(const message::Inner& inner, ByteView bytes) {
    SeenAs out;
    if (inner.kind == message::InnerKind::Init) {
        std::ranges::copy(message::inner_id(bytes).view().first(out.key.size()), out.key.begin());
    } else {
        out.key = inner.mac;
        out.from = inner.from;
    }
    return out;
}

Bytes SeenAs::row(ByteView id) const {
    return from ? concat(*from, id) : to_bytes(id);
}

std::optional<Bytes> SeenAs::id_in(ByteView row) const {
    if (!from) return to_bytes(row);
    const ByteView sender = from->view();
    if (row.size() < sender.size() || !equal(row.first(sender.size()), sender)) return std::nullopt;
    return to_bytes(row.subspan(sender.size()));
}

Origin Receiver::origin_of(const PeerLink& link) {
    const transport::DevicePeer& peer = *link.device();
    return {peer.account, peer.device, peer.signing, peer.dh};
}

bool Receiver::too_many_from_stranger(const Origin& origin) const {
    const auto* const contact = std::as_const(parts_.contacts).find(origin.account);
    if (contact && contact->accepted()) return false;
    const auto unread = parts_.log.unread(origin.account);
    if (!unread) return true;
    std::uint64_t most = stranger_texts;
    // Whom we have asked may say a few words before it says yes.
    if (!contact || contact->state() != identity::ContactState::PendingOut) {
        const auto standing = parts_.reputation.standing(origin.account);
        if (!standing) return true;
        if (standing->unread) most = std::min<std::uint64_t>(most, *standing->unread);
    }
    return *unread >= most;
}

void Receiver::take_message(PeerLink& link, std::uint32_t n, ByteView bytes) {
    const Origin origin = origin_of(link);
    if (!parts_.commits.ready()) {
        link.refuse({n}, wire::BusyCode::Store, seconds(10));
        return;
    }
    const auto inner = message::decode_inner(bytes);
    if (!inner) return;
    if (door_ && is_stranger(origin.account)) {
        const bool first = inner->kind == message::InnerKind::Init;
        if (first ? !door_->admit(origin, *inner, bytes, link, n) : door_->waits(origin.account)) {
            return;
        }
    }
    const Limit limit = this->limit(origin, link, n, bytes);
    if (limit == Limit::Refused) return;
    if (limit == Limit::Look && !may_look(origin, *inner)) return refuse_text(link, n, bytes);
    // Once a message is open it has to be stored: what could fail is read before.
    if (!parts_.log.last_order(origin.account)) return;
    const SeenAs seen = SeenAs::of(*inner, bytes);
    auto opened = read(origin, *inner);
    if (!opened) {
        if (!repeat_receipt(link, n, seen)) unreadable(origin, opened.error());
        return;
    }
    Transaction& step = opened->step;
    const message::Payload& payload = opened->payload;
    if (limit == Limit::Look && !looked(origin, link, n, bytes, payload)) return;
    const bool is_receipt = std::holds_alternative<message::Receipt>(payload.content);
    if (auto applied = apply_new(step, origin, payload, seen); !applied) {
        log::error(category, "a message could not be taken up: {}", applied.error().context);
        parts_.commits.join(std::move(step));
        return;
    }
    if (is_receipt) {
        parts_.receipts.add(origin.device, link.serial(), n);
    } else {
        parts_.receipts.add(origin.device, link.serial(), n, payload.id);
    }
    parts_.commits.join(std::move(step));
}

void Receiver::unreadable(const Origin& origin, const Error& error) {
    log::debug(
        category, "message from {}: {}", to_hex(origin.device.view().first(4)), error.context);
    if (error.code == Code::NotFound && session_lost_) session_lost_(origin);
    if (error.code == Code::Replayed) {
        parts_.reputation.observe(origin.account, reputation::Event::Replayed);
    }
}

Result<> Receiver::apply_new(Transaction& step,
                             const Origin& origin,
                             const message::Payload& payload,
                             const SeenAs& seen) {
    // What is numbered above all that came is new; asking the store is a fifth of taking it up.
    if (!parts_.gaps.is_beyond(origin.device, payload.seq)) {
        KITH_TRY(const auto known, parts_.log.find(origin.account, payload.id));
        if (known) return success();
    }
    if (auto applied = apply(step, origin, payload); !applied) {
        if (of_the_store(applied.error().code)) return applied;
        log::debug(category, "message not applied: {}", applied.error().context);
    }
    parts_.gaps.observe(step, origin.account, origin.device, payload.seq, parts_.clock.wall());
    parts_.list_exchange.compare(step, origin.account, origin.device, payload);
    if (note_ && !payload.deposits.empty()) note_(step, origin, payload.deposits);
    const bool owed = !std::holds_alternative<message::Receipt>(payload.content);
    step.changes.put(Table::Seen, seen.key, seen.row(owed ? payload.id.view() : ByteView()));
    return success();
}

bool Receiver::of_the_store(Code code) {
    return code == Code::Corrupt || code == Code::DiskFull || code == Code::ReadOnly;
}

Result<std::optional<Bytes>> Receiver::find_seen(const SeenAs& seen) const {
    KITH_TRY(const auto row, parts_.store.get(Table::Seen, seen.key));
    return row ? seen.id_in(*row) : std::nullopt;
}

bool Receiver::repeat_receipt(PeerLink& link, std::uint32_t n, const SeenAs& seen) {
    const auto owed = find_seen(seen);
    if (!owed || !*owed) return false;
    if ((*owed)->empty()) {
        parts_.receipts.add(link.device()->device, link.serial(), n);
    } else {
        const auto id = crypto::MessageId::from(**owed);
        if (!id) return false;
        parts_.receipts.add(link.device()->device, link.serial(), n, *id);
    }
    // The receipt needs a batch to ride on, and the row is as good as any.
    Transaction step;
    step.changes.put(Table::Seen, seen.key, seen.row(**owed));
    parts_.commits.join(std::move(step));
    return true;
}

bool Receiver::is_stranger(const crypto::AccountKey& account) const {
    const auto* const contact = std::as_const(parts_.contacts).find(account);
    return !contact ||
           !(contact->accepted() || contact->state() == identity::ContactState::PendingOut);
}

Result<Receiver::Read> Receiver::open_first(const Origin& origin, ByteView bytes) {
    KITH_TRY(const auto inner, message::decode_inner(bytes));
    if (inner.kind != message::InnerKind::Init) return fail(Code::Refused, "no INIT");
    return read_init(origin, inner);
}

Result<Receiver::Read> Receiver::read(const Origin& origin, const message::Inner& inner) {
    switch (inner.kind) {
        case message::InnerKind::Ratchet:
            return read_ratchet(origin, inner);
        case message::InnerKind::Init:
            return read_init(origin, inner);
        default:
            return fail(Code::UnsupportedVersion, "a kind of message for a newer kith");
    }
}

Result<Receiver::Read> Receiver::read_ratchet(const Origin& origin, const message::Inner& inner) {
    if (inner.from != origin.device) return fail(Code::Refused, "sent by another device");
    KITH_TRY(session::SessionSet* const set, parts_.sessions.open(origin.device));
    auto opened = set->open(static_cast<std::uint8_t>(inner.kind),
                            inner.mac,
                            inner.d,
                            parts_.random,
                            parts_.clock.wall());
    if (!opened) {
        const Code code = opened.error().code;
        if (code == Code::BadSignature || code == Code::Replayed) {
            return tl::unexpected(std::move(opened).error());
        }
        // The mac proves that the sender holds the session: only then is a new one worth it.
        return fail(Code::NotFound, "unreadable: " + opened.error().context);
    }
    Read out;
    parts_.sessions.touch(out.step.changes, *set, opened->change);
    auto payload = message::decode_payload(opened->payload);
    if (!payload) {
        // Authentic and senseless. The ratchet has moved on, and that has to be stored.
        parts_.commits.join(std::move(out.step));
        parts_.reputation.observe(origin.account, reputation::Event::Malformed);
        return tl::unexpected(std::move(payload).error());
    }
    out.payload = *std::move(payload);
    return out;
}

Result<Receiver::Read> Receiver::read_init(const Origin& origin, const message::Inner& inner) {
    KITH_TRY(const auto init, session::decode_init(inner.d));
    if (init.device != origin.device) return fail(Code::Refused, "begun by another device");
    KITH_TRY(session::SessionSet* const set, parts_.sessions.open(origin.device));
    if (set->find(init.keys)) {
        KITH_TRY(const auto opened, set->open_init(init, parts_.random, parts_.clock.wall()));
        Read out;
        parts_.sessions.touch(out.step.changes, *set, opened.change);
        auto payload = message::decode_payload(opened.payload);
        if (!payload) {
            parts_.commits.join(std::move(out.step));
            return tl::unexpected(std::move(payload).error());
        }
        out.payload = *std::move(payload);
        return out;
    }
    bool changed = false;
    KITH_TRY(const auto verdict, parts_.lists.accept(origin.account, init.list, changed));
    const auto* const known = parts_.lists.find(origin.account);
    const auto* const listed = known ? known->find(origin.device) : nullptr;
    if (!listed) return fail(Code::Refused, "not in the device list of its account");
    KITH_TRY(auto out, begin(origin, init, *listed, *set));
    if (changed) {
        if (const auto* const contact = parts_.contacts.find(origin.account)) {
            parts_.contacts.put(out.step.changes, *contact);
            out.step.events.push_back(ContactRef{origin.account});
        }
    }
    log::debug(category, "new session, device list {}", identity::to_string(verdict));
    return out;
}

Result<Receiver::Read> Receiver::begin(const Origin& origin,
                                       const session::Init& init,
                                       const identity::ListedDevice& listed,
                                       session::SessionSet& set) {
    const Timestamp now = parts_.clock.wall();
    const auto party = session::Party::of(origin.account, listed);
    const auto* const signed_prekey = parts_.prekeys.find_signed(init.keys.signed_id);
    const session::OwnOneTimePrekey* one_time = nullptr;
    if (init.keys.one_time_id) one_time = parts_.prekeys.find_one_time(*init.keys.one_time_id);
    if (!signed_prekey || (init.keys.one_time_id && !one_time)) {
        // Its time is over, or this INIT was taken up before and comes again.
        return fail(Code::NotFound, "an INIT for a prekey that is gone");
    }
    session::HandshakePublic handshake;
    handshake.suite = init.suite;
    handshake.initiator = party;
    handshake.responder = parts_.profile.party();
    handshake.ephemeral = init.keys.ephemeral;
    handshake.signed_prekey = {init.keys.signed_id, signed_prekey->pair.public_key()};
    if (one_time) {
        handshake.one_time =
            session::NumberedOneTimePrekey{one_time->id, one_time->pair.public_key()};
    }
    const auto init_id = session::init_id(handshake.transcript());
    KITH_TRY(const bool seen, parts_.prekeys.seen(init.keys.signed_id, init_id));
    if (seen) return fail(Code::Replayed, "an INIT that was taken up before");
    if (!opened_.has(origin.device, now)) {
        return fail(Code::RateLimited, "too many new sessions of this device");
    }

    const session::ResponderPrivate keys{init.keys.signed_id,
                                         signed_prekey->pair,
                                         init.keys.one_time_id.value_or(0),
                                         one_time ? &one_time->pair : nullptr};
    KITH_TRY(auto accepted,
             session::Session::accept(parts_.profile.own(), keys, party, init, parts_.random, now));
    // Counted now that it is proven: by mail, anybody may claim to be this device.
    opened_.take(origin.device, now);
    KITH_TRY(auto payload, message::decode_payload(accepted.first.payload));
    const auto* const reset = reset_of(payload);
    KITH_TRY(
        const auto admitted,
        set.admit(std::move(accepted), reset != nullptr, reset ? reset->lost : std::nullopt, now));
    Read out;
    parts_.sessions.touch(out.step.changes, set, admitted.change);
    parts_.prekeys.used(out.step.changes, init.keys.signed_id, init.keys.one_time_id, init_id);
    Lane* const lane = parts_.outbox.lane(origin.device);
    if (reset && admitted.admission == session::Admission::Active && lane) {
        // They lost what was encrypted for the old session.
        if (auto repeated = parts_.sender.repeat(out.step, *lane, lane->last()); !repeated) {
            log::warn(category, "not encrypted again: {}", repeated.error().context);
        }
    }
    out.payload = std::move(payload);
    return out;
}

Result<> Receiver::apply(Transaction& step, const Origin& origin, const message::Payload& payload) {
    if (const auto* receipt = std::get_if<message::Receipt>(&payload.content)) {
        return receipted(step, origin, *receipt);
    }
    if (message::is_shown(payload.content)) return show(step, origin, payload);
    parts_.log.note(step.changes, origin.account, payload.id);
    return parts_.control.on_control(step, origin, payload.content);
}

Result<> Receiver::show(Transaction& step, const Origin& origin, const message::Payload& payload) {
    LogEntry entry;
    entry.id = payload.id;
    entry.direction = Direction::In;
    entry.time = message::time_of(payload.id);
    entry.received = parts_.clock.wall();
    entry.type = message::type_of(payload.content);
    entry.sequence = payload.seq;
    if (const auto* text = std::get_if<message::Text>(&payload.content)) {
        entry.text = text->text;
    } else {
        entry.text = "(this message needs a newer kith)";
    }
    KITH_TRY(const auto order,
             parts_.log.append(step.changes, origin.account, origin.account, entry));
    step.events.push_back(MessagesRef{origin.account, order, order});
    return success();
}

Result<> Receiver::receipted(Transaction& step,
                             const Origin& origin,
                             const message::Receipt& receipt) {
    Lane* const lane = parts_.outbox.lane(origin.device);
    if (!lane) return success();
    const Outcome outcome =
        receipt.kind == message::Receipt::Kind::Read ? Outcome::Read : Outcome::Delivered;
    const Timestamp now = parts_.clock.wall();
    std::vector<std::uint64_t> orders;
    std::vector<crypto::MessageId> shown;
    for (const auto& id : receipt.ids) {
        const auto* const entry = lane->find(id);
        if (!entry) continue;  // receipted before
        if (entry->order != 0) {
            orders.push_back(entry->order);
            shown.push_back(id);
        }
        parts_.outbox.remove(step.changes, *lane, id);
    }
    if (outcome_ && !shown.empty()) {
        const DeviceOutcome told{outcome, origin.device, now};
        step.after.emplace_back([this, shown = std::move(shown), chat = lane->account(), told] {
            for (const auto& id : shown)
                outcome_(id, chat, told);
        });
    }
    std::ranges::sort(orders);
    for (std::size_t at = 0; at < orders.size();) {
        std::size_t end = at + 1;
        while (end < orders.size() && orders[end] == orders[end - 1] + 1)
            ++end;
        const Run run{orders[at], orders[end - 1], now};
        parts_.deliveries.put(step.changes, lane->account(), outcome, origin.device, run);
        step.events.push_back(ReceiptsRef{lane->account(), origin.device, outcome, run});
        at = end;
    }
    return success();
}

void Receiver::take_receipts(PeerLink& link, ByteView bytes) {
    if (!parts_.commits.ready()) return;
    const Origin origin = origin_of(link);
    const auto inner = message::decode_inner(bytes);
    if (!inner || inner->kind != message::InnerKind::Ratchet) return;
    auto opened = read_ratchet(origin, *inner);
    if (!opened) {
        log::debug(category, "receipt: {}", opened.error().context);
        return;
    }
    if (const auto* receipt = std::get_if<message::Receipt>(&opened->payload.content)) {
        if (auto done = receipted(opened->step, origin, *receipt); !done) {
            log::warn(category, "receipt not booked: {}", done.error().context);
        }
    }
    parts_.commits.join(std::move(opened->step));
}

}  // namespace kith::node
