// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/owed_receipts.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::node {
namespace {

using store::Table;
using Via = OwedReceipts::Via;

constexpr std::size_t row_max = 128;
constexpr std::size_t via_size = 12;
// When the store takes nothing.
constexpr Duration again_after = seconds(10);

struct Row {
    crypto::AccountKey account;
    crypto::DeviceId device;
    std::optional<Via> via;
};

Bytes encode(const Row& row) {
    Bytes value;
    wire::Writer out(value);
    out.array(3).bin(row.account).bin(row.device);
    if (row.via) {
        out.bin(concat(row.via->box, row.via->envelope));
    } else {
        out.nil();
    }
    return value;
}

Result<Row> decode(ByteView value) {
    wire::Reader in(value, row_max);
    in.tuple(3);
    Row row;
    row.account = in.id<crypto::AccountKey>();
    row.device = in.id<crypto::DeviceId>();
    if (!in.take_nil()) {
        const auto bytes = in.fixed<via_size>();
        Via& via = row.via.emplace();
        std::copy_n(bytes.begin(), via.box.size(), via.box.begin());
        std::copy_n(bytes.begin() + via.box.size(), via.envelope.size(), via.envelope.begin());
    }
    if (!in.finish()) return fail(Code::Corrupt, "a receipt that is owed cannot be read");
    return row;
}

}  // namespace

OwedReceipts::OwedReceipts(store::Store& store,
                           ContactBook& contacts,
                           Sender& sender,
                           Commits& commits,
                           Random& random,
                           Clock& clock)
    : store_(store),
      contacts_(contacts),
      sender_(sender),
      commits_(commits),
      random_(random),
      clock_(clock) {}

Bytes OwedReceipts::row_key(const crypto::DeviceId& device, const crypto::MessageId& id) const {
    return concat(store_.index(Table::Receipt, device), id);
}

Result<> OwedReceipts::load() {
    devices_.clear();
    Result<> read;
    KITH_CHECK(store_.scan({.table = Table::Receipt}, [&](ByteView key, ByteView value) {
        const auto row = decode(value);
        const auto id = crypto::MessageId::from(key.last(std::min<std::size_t>(key.size(), 16)));
        if (!row || !id) {
            read = fail(Code::Corrupt, "a receipt that is owed cannot be read");
            return false;
        }
        Owed& owed = devices_[row->device];
        owed.account = row->account;
        owed.ids.emplace(*id, row->via);
        return true;
    }));
    for (auto& [device, owed] : devices_)
        plan(device, owed, patience_after_start);
    return read;
}

void OwedReceipts::stop() {
    for (auto& [device, owed] : devices_)
        owed.alarm.cancel();
}

void OwedReceipts::plan(const crypto::DeviceId& device, Owed& owed, Duration at_most) {
    const auto wait = random_.below(static_cast<std::uint64_t>(at_most.count()));
    owed.alarm = clock_.call_after(Duration(static_cast<Duration::rep>(wait)),
                                   [this, device] { say(device); });
}

void OwedReceipts::add(Transaction& step,
                       const crypto::AccountKey& account,
                       const crypto::DeviceId& device,
                       const crypto::MessageId& id,
                       const std::optional<Via>& via) {
    Owed& owed = devices_[device];
    const bool first = owed.ids.empty();
    owed.account = account;
    if (!owed.ids.emplace(id, via).second) return;
    step.changes.put(Table::Receipt, row_key(device, id), encode({account, device, via}));
    if (first) plan(device, owed, patience);
}

void OwedReceipts::hasten(const crypto::DeviceId& device) {
    const auto found = devices_.find(device);
    if (found == devices_.end() || found->second.ids.empty()) return;
    found->second.alarm = clock_.call_after(Duration::zero(), [this, device] { say(device); });
}

void OwedReceipts::say(const crypto::DeviceId& device) {
    const auto found = devices_.find(device);
    if (found == devices_.end() || found->second.ids.empty()) return;
    Owed& owed = found->second;
    if (!commits_.ready()) {
        owed.alarm = clock_.call_after(again_after, [this, device] { say(device); });
        return;
    }
    Transaction step;
    const auto* const contact = std::as_const(contacts_).find(owed.account);
    auto next = owed.ids.begin();
    while (next != owed.ids.end()) {
        message::Receipt receipt;
        for (; next != owed.ids.end() && receipt.ids.size() < limits::receipt_ids; ++next) {
            receipt.ids.push_back(next->first);
            if (next->second) receipt.via.push_back(*next->second);
            step.changes.erase(Table::Receipt, row_key(device, next->first));
        }
        // Somebody who was removed or blocked meanwhile hears nothing.
        if (contact && !contact->blocked()) {
            sender_.say_to(step, *contact, device, std::move(receipt));
        }
    }
    devices_.erase(found);
    commits_.join(std::move(step));
}

}  // namespace kith::node
