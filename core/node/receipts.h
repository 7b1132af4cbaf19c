// SPDX-License-Identifier: GPL-3.0-or-later
// Ids that wait to be acknowledged. When the open batch closes, they go into one receipt message
// for each device, whose ratchet step is stored by that same batch; when it is synced, the receipt
// leaves with the ACK of the frames. So one sync covers text, dedup, both ratchet steps and
// receipt.
//
// Receipts are not receipted and not kept: a lost one is said again when the sender repeats.
#pragma once

#include "core/node/link_table.h"
#include "core/node/sender.h"
#include "core/store/session_table.h"

#include <map>

namespace kith::node {

class Receipts {
  public:
    Receipts(store::Store& store, store::SessionTable& sessions, LinkTable& links);
    Receipts(const Receipts&) = delete;
    Receipts& operator=(const Receipts&) = delete;
    ~Receipts();

    /// Whose receipts these are. Before the first add().
    void set_sender(Sender* sender) { sender_ = sender; }

    /// Message `id` of the device is in the open batch, or was stored before. `n` numbers its frame
    /// on the link. Requires: something joins the open batch in this turn.
    void add(const crypto::DeviceId& device,
             std::uint64_t link,
             std::uint32_t n,
             const crypto::MessageId& id);
    /// The frame is done with, nothing is receipted.
    void add(const crypto::DeviceId& device, std::uint64_t link, std::uint32_t n);

    bool pending() const { return !pending_.empty(); }

  private:
    struct Pending {
        std::uint64_t link = 0;
        std::vector<std::uint32_t> ns;
        std::vector<crypto::MessageId> ids;
    };

    struct Ready {
        crypto::DeviceId device;
        std::uint64_t link = 0;
        std::vector<std::uint32_t> ns;
        std::vector<Bytes> receipts;  // inner messages
    };

    Pending& open(const crypto::DeviceId& device, std::uint64_t link);
    void close_batch(store::Changes& changes);
    void leave(Ready& ready);

    store::Store& store_;
    store::SessionTable& sessions_;
    LinkTable& links_;
    Sender* sender_ = nullptr;
    std::map<crypto::DeviceId, Pending> pending_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    store::Subscription on_close_;
    store::Subscription on_failure_;
};

}  // namespace kith::node
