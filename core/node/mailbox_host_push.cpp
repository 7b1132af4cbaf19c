// SPDX-License-Identifier: GPL-3.0-or-later
// Mail on its way to its owner: batches that were asked for, and pushes of what comes later.
#include "core/base/log.h"
#include "core/node/mailbox_host_client.h"

namespace kith::node {

Task<> MailboxHost::send_batches(PeerLink* link, Client* client) {
    while (!client->pickups.empty()) {
        // Read when there is room for it, so that nothing waits in memory.
        co_await link->wait_writable();
        if (!link->open()) break;
        auto& pickup = client->pickups.front();
        const auto batch = box_->next_batch(pickup);
        if (batch) {
            // A poll that brings nothing does not make the link a busy one.
            if (!batch->items.empty()) link->touch();
            link->reply_with(batch->frame(pickup.q));
            if (!pickup.ended) continue;
            --client->unanswered;
            client->answered.pulse();
        } else {
            log::warn(log::Category::Store, "mailbox: {}", batch.error().context);
            refuse(*link, {pickup.q, wire::RefuseCode::Busy, 60, std::nullopt});
        }
        client->pickups.pop_front();
    }
    client->unanswered -= client->pickups.size();
    client->pickups.clear();
    client->answered.pulse();
    client->sending = false;
}

void MailboxHost::listen(std::uint64_t serial, Client& client, const wire::Pickup& request) {
    const crypto::LeaseId lease(request.lease);
    const bool known = client.pushes.contains(lease);
    client.pushes.insert_or_assign(lease, Push(request.envelope_keys));
    if (!known) listeners_[lease].push_back(serial);
}

void MailboxHost::push(std::span<const mailbox::Arrival> arrivals) {
    for (const auto& arrival : arrivals) {
        const auto listening = listeners_.find(arrival.lease);
        if (listening == listeners_.end()) continue;
        for (const std::uint64_t serial : listening->second)
            push(serial, arrival);
    }
}

void MailboxHost::push(std::uint64_t serial, const mailbox::Arrival& arrival) {
    auto* const link = parts_.links.by_serial(serial);
    const auto found = clients_.find(serial);
    if (!link || found == clients_.end()) return;
    Client& client = *found->second;
    const auto at = client.pushes.find(arrival.lease);
    if (at == client.pushes.end()) return;
    Push& push = at->second;
    // What a pick-up under way does not bring, its last batch tells of.
    if (push.behind || !push.window.wants(arrival.env_id) || client.picks_up(arrival.lease)) return;
    wire::Nudge nudge;
    nudge.lease = arrival.lease.array();
    nudge.count = 1;
    const auto envelope = rows_.envelope(arrival.lease, arrival.seq);
    if (envelope && !*envelope) return;  // collected by another device already
    if (envelope && link->has_room() && push.window.take(arrival.seq, arrival.size)) {
        nudge.items = std::vector<wire::HeldEnvelope>{{arrival.seq, **envelope}};
    } else {
        push.behind = true;
    }
    link->touch();
    link->reply_with(nudge);
}

}  // namespace kith::node
