// SPDX-License-Identifier: GPL-3.0-or-later
// PICKUP and ACKDEL: the owner collects and deletes.
#include "core/mailbox/box_state.h"

#include <algorithm>
#include <set>

namespace kith::mailbox {

namespace {

// What one BATCH has room for behind its own fields.
// Head of an item: array, sequence number, length.
constexpr std::size_t item_overhead = 15;
constexpr std::size_t batch_room = wire::frame_body_max - 64;

bool wanted(const std::vector<std::uint32_t>& env_ids, ByteView envelope) {
    if (env_ids.empty()) return true;
    return std::ranges::find(env_ids, read_be<std::uint32_t>(envelope.subspan(1))) != env_ids.end();
}

// A key for leases that do not exist, so that checking takes as long. Any valid point does; this is
// the base point of the curve.
crypto::LeaseKey nobody() {
    std::array<std::uint8_t, 32> point{};
    point.fill(0x66);
    point[0] = 0x58;
    return crypto::LeaseKey(point);
}

}  // namespace

wire::Batch HeldBatch::frame(std::uint32_t q) const {
    wire::Batch out;
    out.q = q;
    for (const Item& item : items)
        out.items.push_back({item.seq, item.envelope});
    out.cursor = cursor;
    out.more = more;
    return out;
}

Outcome<PickupProgress> Box::pickup(HostLink& link, const wire::Pickup& request) {
    const crypto::LeaseId lease(request.lease);
    const Mailbox* mailbox = state_->find(lease);
    bool owns = link.owns(lease);
    if (request.proof) {
        const crypto::LeaseKey owner = mailbox != nullptr ? mailbox->row.owner : nobody();
        const auto proven =
            verify_owner(owner, link.exporter, state_->id, crypto::Signature(*request.proof));
        owns = mailbox != nullptr && proven.has_value();
        if (owns && !link.owns(lease)) link.owned.push_back(lease);
    }
    if (mailbox == nullptr || !owns) return {refusal(request.q, wire::RefuseCode::Unknown), {}};
    return {PickupProgress{
                request.q, lease, request.cursor, request.bytes, request.envelope_keys, false},
            {}};
}

Result<HeldBatch> Box::next_batch(PickupProgress& progress) const {
    HeldBatch out;
    out.cursor = progress.cursor;
    const Mailbox* mailbox = state_->find(progress.lease);
    const std::uint64_t synced = mailbox == nullptr ? 0 : mailbox->synced;
    std::size_t bytes = 0;
    std::size_t room = batch_room;
    KITH_CHECK(state_->rows.after(
        progress.lease, progress.cursor, [&](std::uint64_t seq, ByteView envelope) {
            if (seq > synced) return false;
            if (!wanted(progress.env_ids, envelope)) {
                out.cursor = seq;
                return true;
            }
            out.more = true;
            const bool frame_full = out.items.size() == wire::Batch::max_items ||
                                    envelope.size() + item_overhead > room;
            if (frame_full || bytes + envelope.size() > progress.bytes_left) return false;
            room -= envelope.size() + item_overhead;
            bytes += envelope.size();
            out.items.push_back({seq, to_bytes(envelope)});
            out.cursor = seq;
            out.more = false;
            return true;
        }));
    progress.cursor = out.cursor;
    progress.bytes_left -= static_cast<std::uint32_t>(bytes);
    // What is asked for is used up: an empty batch says so.
    progress.ended = !out.more || out.items.empty();
    return out;
}

AckOutcome Box::ackdel(const HostLink& link, const wire::AckDel& request, const HostMoment& now) {
    AckOutcome out;
    Mailbox* mailbox = state_->find(crypto::LeaseId(request.lease));
    if (mailbox == nullptr || !link.owns(mailbox->row.id)) {
        out.answer = refusal(request.q, wire::RefuseCode::Unknown);
        return out;
    }
    std::vector<EnvelopeRow> held;
    std::set<EnvelopeTag> named;
    for (const auto& bytes : request.envelopes) {
        const EnvelopeTag tag(bytes);
        if (!named.insert(tag).second) continue;
        const auto row = state_->rows.find(mailbox->row.id, tag);
        if (!row || !now.writable) {
            out.answer = refusal(request.q, wire::RefuseCode::Busy);
            return out;
        }
        if (*row && (*row)->held()) held.push_back(**row);
    }
    for (const EnvelopeRow& row : held) {
        state_->bury(mailbox, row, Fate::Gone, now.wall, out.changes);
        out.places.push_back(row.seq);
    }
    // So that no place is given away twice when these were the last ones.
    if (!held.empty()) state_->put_lease(*mailbox, out.changes);
    out.answer = wire::Deleted{request.q, static_cast<std::uint32_t>(held.size())};
    return out;
}

void Box::committed(std::span<const Arrival> arrivals) {
    for (const Arrival& arrival : arrivals) {
        if (Mailbox* mailbox = state_->find(arrival.lease))
            mailbox->synced = std::max(mailbox->synced, arrival.seq);
    }
}

}  // namespace kith::mailbox
