// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/outbox.h"

#include "core/base/log.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::node {
namespace {

using store::Table;

constexpr std::uint8_t row_version = 1;
constexpr std::size_t row_max = std::size_t{256} * 1024;

struct Row {
    crypto::AccountKey account;
    crypto::DeviceId device;
    OutboxItem item;
    ByteView inner;  // empty = open
};

Bytes row_key(const store::Index& lane, std::uint64_t position) {
    Bytes key = to_bytes(lane);
    append_be<std::uint64_t>(key, position);
    return key;
}

Bytes encode_row(const Lane& lane, const OutboxItem& item, ByteView inner) {
    Bytes out;
    out.reserve(160 + item.content.size() + inner.size());
    wire::Writer writer(out);
    writer.array(11).uint(row_version).bin(lane.account()).bin(lane.device());
    writer.bin(item.id).bin(item.chat).uint(item.order).uint(item.sequence).uint(item.type);
    writer.bin(item.content).uint(unix_millis(item.made)).bin(inner);
    return out;
}

Result<Row> decode_row(ByteView bytes) {
    wire::Reader in(bytes, row_max);
    in.tuple(11);
    in.require(in.u8() == row_version);
    Row row;
    row.account = in.id<crypto::AccountKey>();
    row.device = in.id<crypto::DeviceId>();
    row.item.id = in.id<crypto::MessageId>();
    row.item.chat = in.id<crypto::AccountKey>();
    row.item.order = in.u64();
    row.item.sequence = in.u64();
    row.item.type = in.u8();
    row.item.content = to_bytes(in.bin(0, row_max));
    row.item.made = from_unix_millis(in.u64());
    row.inner = in.bin(0, row_max);
    if (!in.finish()) return fail(Code::Corrupt, "an outbox row cannot be read");
    return row;
}

}  // namespace

Wait Hold::why() const {
    switch (code) {
        case wire::BusyCode::Credit:
            return Wait::Unread;
        case wire::BusyCode::Rate:
            return Wait::Rate;
        case wire::BusyCode::Store:
            break;
    }
    return Wait::Store;
}

const OutboxEntry* Lane::next(std::uint64_t position) const {
    auto it = std::ranges::upper_bound(entries_, position, {}, &OutboxEntry::position);
    while (it != entries_.end() && it->gone)
        ++it;
    return it == entries_.end() ? nullptr : &*it;
}

OutboxEntry* Lane::at(std::uint64_t position) {
    const auto it = std::ranges::lower_bound(entries_, position, {}, &OutboxEntry::position);
    return it != entries_.end() && it->position == position && !it->gone ? &*it : nullptr;
}

const OutboxEntry* Lane::find(const crypto::MessageId& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : next(found->second - 1);
}

std::vector<std::uint64_t> Lane::open_positions() const {
    std::vector<std::uint64_t> out;
    for (const auto& entry : entries_) {
        if (entry.open && !entry.gone) out.push_back(entry.position);
    }
    return out;
}

Lane* Outbox::lane(const crypto::DeviceId& device) {
    const auto found = lanes_.find(device);
    return found == lanes_.end() ? nullptr : found->second.get();
}

Lane& Outbox::open_lane(const crypto::AccountKey& account, const crypto::DeviceId& device) {
    auto& lane = lanes_[device];
    if (!lane) {
        lane = std::make_unique<Lane>(account, device);
        lane->index_ = store_.index(Table::Outbox, device);
    }
    return *lane;
}

Result<> Outbox::load() {
    ++generation_;
    in_memory_ = 0;
    // Lanes stay where they are: links hold on to them.
    for (auto& [device, lane] : lanes_) {
        lane->entries_.clear();
        lane->by_id_.clear();
        lane->waiting_ = lane->open_ = lane->bytes_ = 0;
    }
    Result<> parsed;
    const store::Scan all{.table = Table::Outbox};
    KITH_CHECK(store_.scan(all, [&](ByteView key, ByteView value) {
        const auto row = decode_row(value);
        if (!row) {
            parsed = fail(row.error().code, row.error().context);
            return false;
        }
        Lane& lane = open_lane(row->account, row->device);
        OutboxEntry entry;
        entry.position = read_be<std::uint64_t>(key.last(8));
        entry.id = row->item.id;
        entry.order = row->item.order;
        entry.type = row->item.type;
        entry.open = row->inner.empty();
        entry.sent = !entry.open;  // nobody remembers; assume it
        entry.size = static_cast<std::uint32_t>(row->inner.size());
        entry.made = row->item.made;
        lane.by_id_.emplace(entry.id, entry.position);
        lane.last_ = std::max(lane.last_, entry.position);
        lane.durable_ = lane.last_;
        ++lane.waiting_;
        lane.open_ += entry.open ? 1 : 0;
        lane.bytes_ += entry.size;
        lane.entries_.push_back(std::move(entry));
        return true;
    }));
    return parsed;
}

std::uint64_t Outbox::add(store::Changes& changes,
                          const crypto::AccountKey& account,
                          const crypto::DeviceId& device,
                          const OutboxItem& item,
                          Bytes inner) {
    Lane& lane = open_lane(account, device);
    OutboxEntry entry;
    entry.position = ++lane.last_;
    entry.id = item.id;
    entry.order = item.order;
    entry.type = item.type;
    entry.made = item.made;
    entry.open = inner.empty();
    entry.size = static_cast<std::uint32_t>(inner.size());
    changes.put(Table::Outbox, row_key(lane.index_, entry.position), encode_row(lane, item, inner));
    if (!entry.open && in_memory_ + inner.size() <= memory) {
        in_memory_ += inner.size();
        entry.inner = std::make_shared<const Bytes>(std::move(inner));
    }
    lane.bytes_ += entry.size;
    lane.open_ += entry.open ? 1 : 0;
    ++lane.waiting_;
    lane.by_id_.emplace(entry.id, entry.position);
    lane.entries_.push_back(std::move(entry));
    return lane.last_;
}

void Outbox::encrypted(store::Changes& changes, Lane& lane, const OutboxItem& item, Bytes inner) {
    remove(changes, lane, item.id);
    add(changes, lane.account(), lane.device(), item, std::move(inner));
}

void Outbox::mark_sent(Lane& lane, std::uint64_t position) {
    if (auto* const entry = lane.at(position)) entry->sent = true;
}

void Outbox::remove(store::Changes& changes, Lane& lane, const crypto::MessageId& id) {
    const auto found = lane.by_id_.find(id);
    if (found == lane.by_id_.end()) return;
    OutboxEntry* const entry = lane.at(found->second);
    changes.erase(Table::Outbox, row_key(lane.index_, found->second));
    lane.by_id_.erase(found);
    if (dropped_) dropped_(changes, lane.device(), id);
    if (!entry) return;
    if (entry->inner) in_memory_ -= entry->size;
    lane.bytes_ -= entry->size;
    lane.open_ -= entry->open ? 1 : 0;
    --lane.waiting_;
    entry->gone = true;
    entry->inner.reset();
    while (!lane.entries_.empty() && lane.entries_.front().gone)
        lane.entries_.pop_front();
}

void Outbox::joined(Lane& lane, const store::BatchTicket& ticket, std::function<void()> ready) {
    if (lane.joined_ && lane.batch_ == ticket && !ticket.finished()) {
        *lane.joined_ = lane.last_;
        return;
    }
    lane.batch_ = ticket;
    lane.joined_ = std::make_shared<std::uint64_t>(lane.last_);
    store_.when_synced(ticket,
                       [this,
                        &lane,
                        alive = alive_,
                        generation = generation_,
                        upto = lane.joined_,
                        ready = std::move(ready)](const Result<>& result) {
                           if (!*alive || generation != generation_ || !result) return;
                           lane.durable_ = std::max(lane.durable_, *upto);
                           ready();
                       });
}

Result<OutboxItem> Outbox::item(const Lane& lane, std::uint64_t position) const {
    KITH_TRY(const auto bytes, store_.get(Table::Outbox, row_key(lane.index_, position)));
    if (!bytes) return fail(Code::NotFound, "no such outbox row");
    KITH_TRY(auto row, decode_row(*bytes));
    return std::move(row.item);
}

Result<std::shared_ptr<const Bytes>> Outbox::inner(const Lane& lane, std::uint64_t position) const {
    if (const auto* entry = lane.next(position - 1);
        entry && entry->position == position && entry->inner) {
        return entry->inner;
    }
    KITH_TRY(const auto bytes, store_.get(Table::Outbox, row_key(lane.index_, position)));
    if (!bytes) return fail(Code::NotFound, "no such outbox row");
    KITH_TRY(const auto row, decode_row(*bytes));
    return std::make_shared<const Bytes>(to_bytes(row.inner));
}

std::size_t Outbox::waiting_for(const crypto::AccountKey& account) const {
    std::size_t out = 0;
    for (const auto& [device, lane] : lanes_) {
        if (lane->account() == account) out = std::max(out, lane->waiting());
    }
    return out;
}

std::size_t Outbox::bytes_for(const crypto::AccountKey& account) const {
    std::size_t out = 0;
    for (const auto& [device, lane] : lanes_) {
        if (lane->account() == account) out += lane->bytes();
    }
    return out;
}

}  // namespace kith::node
