// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/receipts.h"

#include "core/base/assert.h"
#include "core/base/log.h"

#include <algorithm>

namespace kith::node {

Receipts::Receipts(store::Store& store, store::SessionTable& sessions, LinkTable& links)
    : store_(store),
      sessions_(sessions),
      links_(links),
      on_close_(store.on_close([this](store::Changes& changes) { close_batch(changes); })),
      on_failure_(store.on_failure([this] { pending_.clear(); })) {}

Receipts::~Receipts() {
    *alive_ = false;
}

Receipts::Pending& Receipts::open(const crypto::DeviceId& device, std::uint64_t link) {
    Pending& pending = pending_[device];
    // Numbers of an older link mean nothing on this one; the ids still count.
    if (pending.link != link) pending.ns.clear();
    pending.link = link;
    return pending;
}

void Receipts::add(const crypto::DeviceId& device,
                   std::uint64_t link,
                   std::uint32_t n,
                   const crypto::MessageId& id) {
    Pending& pending = open(device, link);
    pending.ns.push_back(n);
    pending.ids.push_back(id);
}

void Receipts::add(const crypto::DeviceId& device, std::uint64_t link, std::uint32_t n) {
    open(device, link).ns.push_back(n);
}

void Receipts::close_batch(store::Changes& changes) {
    if (pending_.empty()) return;
    KITH_ASSERT(sender_ != nullptr);
    std::vector<Ready> all;
    for (auto& [device, pending] : pending_) {
        Ready ready{device, pending.link, std::move(pending.ns), {}};
        for (std::size_t at = 0; at < pending.ids.size(); at += limits::receipt_ids) {
            const std::size_t end = std::min(pending.ids.size(), at + limits::receipt_ids);
            message::Receipt receipt;
            const auto from = pending.ids.begin();
            receipt.ids.assign(from + static_cast<std::ptrdiff_t>(at),
                               from + static_cast<std::ptrdiff_t>(end));
            auto inner = sender_->seal_unkept(device, std::move(receipt));
            if (inner) {
                ready.receipts.push_back(*std::move(inner));
            } else {
                log::debug(log::Category::Session, "no receipt: {}", inner.error().context);
            }
        }
        all.push_back(std::move(ready));
    }
    pending_.clear();
    // Sealing moved the ratchets on: their rows belong to this batch.
    sessions_.flush(changes);
    store_.when_synced(
        store_.open_batch(),
        [this, alive = alive_, all = std::move(all)](const Result<>& result) mutable {
            if (!*alive || !result) return;
            for (auto& ready : all)
                leave(ready);
        });
}

void Receipts::leave(Ready& ready) {
    PeerLink* link = links_.by_serial(ready.link);
    if (!link) {
        // The sender has come back on another link, perhaps: the receipts are as good there.
        link = links_.find(ready.device);
        ready.ns.clear();
    }
    if (!link) return;
    if (ready.receipts.empty()) ready.receipts.emplace_back();
    for (auto& receipt : ready.receipts) {
        link->acknowledge(std::exchange(ready.ns, {}), std::move(receipt));
    }
}

}  // namespace kith::node
