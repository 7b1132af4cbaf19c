// SPDX-License-Identifier: GPL-3.0-or-later
// What links say goes to the service that it is for.
#include "core/base/log.h"
#include "core/node/services.h"

namespace kith::node {

bool Node::Services::is_mailbox(const PeerLink& link) {
    return link.info().own_role == transport::LinkRole::Box;
}

void Node::Services::on_message(PeerLink& link, std::uint32_t n, ByteView inner) {
    if (running) running->receiver.take_message(link, n, inner);
}

void Node::Services::on_receipts(PeerLink& link, ByteView inner) {
    if (running) running->receiver.take_receipts(link, inner);
}

void Node::Services::on_get_bundle(PeerLink& link, const wire::GetBundle& request) {
    if (!running) return;
    if (is_mailbox(link)) {
        running->host.on_get_bundle(link, request);
    } else {
        running->serve.answer(link, request);
    }
}

void Node::Services::on_dial_request(PeerLink& link, std::uint32_t q, std::uint16_t port) {
    reachability.call_back(link, q, port);
}

bool Node::Services::keep_idle(const PeerLink& link) const {
    // docs/spec/link.md#topology: contacts that were written to or from within a day, five at
    // most.
    constexpr std::size_t kept = 5;
    if (running && is_mailbox(link)) return running->host.owned(link);
    if (running && running->mailboxes.keeps(link)) return true;
    const auto* const peer = link.device();
    if (!peer) return false;
    const auto* const contact = contacts.find(peer->account);
    if (!contact || !contact->accepted()) return false;
    if (running && (running->mailboxes.only_host(peer->account) ||
                    running->deposit.kept_by_us_alone(peer->account))) {
        return true;
    }
    if (ports.clock.now() - link.last_message() > hours(24)) return false;
    std::size_t newer = 0;
    links.for_each([&](const PeerLink& other) {
        if (other.device() && other.last_message() > link.last_message()) ++newer;
    });
    return newer < kept;
}

void Node::Services::on_malformed(PeerLink& link) {
    if (running && link.device()) {
        reputation.observe(link.device()->account, reputation::Event::Malformed);
    }
}

void Node::Services::on_sent(PeerLink& link) {
    const auto* const peer = link.device();
    if (waiters.empty() || !peer) return;
    const Lane* const lane = outbox.lane(peer->device);
    for (Waiter* const waiter : waiters) {
        if (waiter->state != MessageState::Sent || !lane) continue;
        const auto* const entry = lane->find(waiter->id);
        if (!entry || !link.sent(entry->position)) continue;
        waiter->receipt =
            ReceiptView{waiter->id, lane->account(), MessageState::Sent, {}, ports.clock.wall()};
        waiter->done.set();
    }
}

void Node::Services::on_taken(PeerLink& link, std::uint64_t position) {
    Lane* const lane = outbox.lane(link.device()->device);
    const auto* const entry = lane ? lane->next(position - 1) : nullptr;
    if (!entry || entry->position != position || !commits.ready()) return;
    Transaction step;
    outbox.remove(step.changes, *lane, entry->id);
    commits.join(std::move(step));
}

void Node::Services::on_clock(PeerLink& link, Duration offset) {
    clock_offset = offset;
    const auto* const peer = link.device();
    const auto* const contact = peer ? contacts.find(peer->account) : nullptr;
    if (contact && contact->accepted()) clocks.note(peer->account, offset);
}

bool Node::Services::overloaded(const PeerLink& link) const {
    return ports.store.is_full() || (running && running->host.overloaded(link));
}

Task<> Node::Services::room(const PeerLink& link) {
    const std::uint64_t serial = link.serial();
    const auto room = co_await ports.store.room();
    if (!room) log::debug(log::Category::Store, "no room: {}", room.error().context);
    if (running) co_await running->host.room(serial);
}

}  // namespace kith::node
