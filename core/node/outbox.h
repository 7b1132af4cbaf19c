// SPDX-License-Identifier: GPL-3.0-or-later
// What waits for an end-to-end receipt: one lane for each device of a recipient, in the order in
// which it was said. The outbox owns a message until the receipt; links and presence are hints.
//
//   Table::Outbox   key index(did) 16 || u64 sequence      value: see outbox.cpp
//
// An entry is either encrypted (its inner bytes never change again) or still open: no keys of the
// device were at hand, or the contact has not accepted yet. Open ones keep what is needed to
// encrypt them once, and move to the end of the lane when that happens: positions are the order in
// which bytes leave. Memory holds the shape of every lane and the inner bytes of recent entries;
// after a failed commit everything is read again. Strand only.
#pragma once

#include "core/message/content.h"
#include "core/node/message_log.h"
#include "core/store/store.h"
#include "core/wire/link_frames.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>

namespace kith::node {

/// What is to be said. For shown messages the text stays in the history; control messages carry
/// their content here.
struct OutboxItem {
    crypto::MessageId id;
    crypto::AccountKey chat;
    std::uint64_t order = 0;     // line in the history; 0 for control messages
    std::uint64_t sequence = 0;  // payload `seq` of shown messages
    std::uint8_t type = 0;       // content type
    Bytes content;               // encoded content of control messages; empty for shown ones
    Timestamp made;
};

/// An entry as it lies in memory.
struct OutboxEntry {
    std::uint64_t position = 0;  // in its lane, rising
    crypto::MessageId id;
    std::uint64_t order = 0;
    std::uint8_t type = 0;
    bool open = true;  // not encrypted yet
    bool gone = false;
    bool sent = false;       // may have left this device
    std::uint32_t size = 0;  // of the inner bytes
    Timestamp made;
    /// Inner bytes, if they are in memory. Shared with the link that sends them.
    std::shared_ptr<const Bytes> inner;

    /// Receipts are done with once the next hop has them: nobody receipts them.
    bool is_receipt() const {
        return type == static_cast<std::uint8_t>(message::ContentType::Receipt);
    }
};

/// A device does not take our messages now.
struct Hold {
    wire::BusyCode code = wire::BusyCode::Credit;
    SteadyTime until{};  ///< when it is asked again

    /// For people.
    Wait why() const;
};

/// The entries of one device.
class Lane {
  public:
    explicit Lane(crypto::AccountKey account, crypto::DeviceId device)
        : account_(account), device_(device) {}

    const crypto::AccountKey& account() const { return account_; }

    const crypto::DeviceId& device() const { return device_; }

    bool empty() const { return waiting_ == 0; }

    std::size_t waiting() const { return waiting_; }

    std::size_t bytes() const { return bytes_; }

    /// Entries up to here are synced: their bytes may leave.
    std::uint64_t durable() const { return durable_; }

    /// The newest position that was given out.
    std::uint64_t last() const { return last_; }

    /// The first entry behind `position` that is not gone; nullptr at the end.
    const OutboxEntry* next(std::uint64_t position) const;
    const OutboxEntry* find(const crypto::MessageId& id) const;

    /// The oldest that waits; nullptr when empty.
    const OutboxEntry* front() const { return next(0); }

    /// Open entries in order.
    std::vector<std::uint64_t> open_positions() const;

    std::size_t open_count() const { return open_; }

    /// Why nothing leaves, as the device said last. In memory only.
    const std::optional<Hold>& hold() const { return hold_; }

    void set_hold(std::optional<Hold> hold) { hold_ = hold; }

  private:
    friend class Outbox;

    OutboxEntry* at(std::uint64_t position);

    crypto::AccountKey account_;
    crypto::DeviceId device_;
    store::Index index_{};
    std::deque<OutboxEntry> entries_;  // ascending positions
    std::unordered_map<crypto::MessageId, std::uint64_t> by_id_;
    std::uint64_t last_ = 0;
    std::uint64_t durable_ = 0;
    std::size_t waiting_ = 0;
    std::size_t open_ = 0;
    std::size_t bytes_ = 0;
    std::optional<Hold> hold_;
    // The batch that newest entries have joined, and up to which position.
    store::BatchTicket batch_;
    std::shared_ptr<std::uint64_t> joined_;
};

class Outbox {
  public:
    /// Inner bytes kept in memory, all lanes together; beyond, they are read when they are sent.
    static constexpr std::size_t memory = std::size_t{8} << 20;

    explicit Outbox(store::Store& store) : store_(store) {}

    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    ~Outbox() { *alive_ = false; }

    /// Reads every lane. Before anything else, and again after a failed commit.
    Result<> load();

    /// nullptr when nothing was ever said to this device since start.
    Lane* lane(const crypto::DeviceId& device);

    const std::unordered_map<crypto::DeviceId, std::unique_ptr<Lane>>& lanes() const {
        return lanes_;
    }

    /// Adds at the end of the device's lane; `inner` empty = open. Returns its position.
    std::uint64_t add(store::Changes& changes,
                      const crypto::AccountKey& account,
                      const crypto::DeviceId& device,
                      const OutboxItem& item,
                      Bytes inner);
    /// Gives an entry its bytes, the first ones or new ones after a lost session. It moves to the
    /// end of the lane.
    void encrypted(store::Changes& changes, Lane& lane, const OutboxItem& item, Bytes inner);
    /// Its bytes are leaving: it cannot be called back any more.
    void mark_sent(Lane& lane, std::uint64_t position);
    /// The receipt came, or the entry was given up.
    void remove(store::Changes& changes, Lane& lane, const crypto::MessageId& id);

    /// Called with each entry that leaves its lane or gets other bytes, within the same changes.
    using OnDropped =
        std::function<void(store::Changes&, const crypto::DeviceId&, const crypto::MessageId&)>;

    void on_dropped(OnDropped handler) { dropped_ = std::move(handler); }

    /// Call right after the changes of add(), encrypted() have joined a batch: marks what is in
    /// the lane now as durable when that batch is synced, then calls `ready`: once for a batch,
    /// however often the lane has joined it.
    void joined(Lane& lane, const store::BatchTicket& ticket, std::function<void()> ready);

    /// The whole stored item of an open or encrypted entry, for encrypting it (again).
    Result<OutboxItem> item(const Lane& lane, std::uint64_t position) const;
    /// Inner bytes of an encrypted entry.
    Result<std::shared_ptr<const Bytes>> inner(const Lane& lane, std::uint64_t position) const;

    /// Entries that wait for this account's devices, and their bytes.
    std::size_t waiting_for(const crypto::AccountKey& account) const;
    std::size_t bytes_for(const crypto::AccountKey& account) const;

  private:
    Lane& open_lane(const crypto::AccountKey& account, const crypto::DeviceId& device);

    store::Store& store_;
    OnDropped dropped_;
    std::unordered_map<crypto::DeviceId, std::unique_ptr<Lane>> lanes_;
    std::size_t in_memory_ = 0;
    std::uint64_t generation_ = 0;  // counts reloads: late callbacks of an older one do nothing
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace kith::node
