// SPDX-License-Identifier: GPL-3.0-or-later
// People who are no contacts yet: what beacons ask of them, how they get in, how we ask them.
#include "core/node/services.h"

namespace kith::node {

ContactDesk::Parts Node::Services::desk_parts(Running& to) {
    return {*to.profile,
            contacts,
            lists,
            log,
            ports.store,
            sessions,
            to.owed,
            commits,
            links,
            to.receiver,
            reputation,
            to.asked,
            to.puzzles,
            ports.random,
            ports.clock,
            settings.requests,
            settings.request_effort,
            ports.executor};
}

OwnRequests::Parts Node::Services::request_parts(Running& to) {
    return {*to.profile,
            contacts,
            to.sender,
            outbox,
            sessions,
            ports.store,
            commits,
            to.puzzles,
            ports.clock,
            ports.executor};
}

DepositFares::Parts Node::Services::fare_parts(Running& to) {
    return {contacts, to.requests, to.puzzles, ports.random, ports.clock, ports.executor};
}

void Node::Services::learn_beacon(const crypto::AccountKey& account) {
    const auto* const contact = std::as_const(contacts).find(account);
    const auto* const beacon = running->courier.beacon(account);
    if (contact && contact->reach && beacon && !contact->blocked()) {
        const auto keys =
            directory::EpochKeys::derive(account, *contact->reach, beacon->version.first);
        if (keys) running->deposit.on_beacon(account, keys->account, beacon->boxes);
    }
    running->requests.found(account);
}

Result<> Node::Services::load_strangers() {
    KITH_CHECK(running->asked.load());
    KITH_CHECK(running->desk.load());
    return running->requests.load();
}

void Node::Services::wire_strangers() {
    Running& own = *running;
    own.receiver.set_door(&own.desk);
    own.desk.on_changed([&own] { own.publisher.changed(); });
    own.desk.on_judged([&own] { own.mailboxes.collect(); });
    own.publisher.on_asked([&own](const auto& reach, directory::Epoch epoch) {
        const BeaconPublisher::Asked asked{own.desk.effort(), own.desk.open()};
        own.asked.publish(reach, epoch, asked.effort);
        return asked;
    });
    own.mailboxes.on_asked([&own] {
        return MailboxPublication::Asked{own.desk.effort(), own.desk.open()};
    });
    own.mailboxes.on_published([this, &own](std::uint16_t effort) {
        own.asked.hand_out(own.profile->stored().account.reach,
                           directory::epoch_at(ports.clock.wall()),
                           MailboxPublication::epochs_ahead,
                           effort);
    });
    own.flow.on_decided([&own](Transaction& step, const auto& account, auto decision) {
        own.desk.decided(step, account, decision);
    });
    own.flow.on_asking([&own](const auto& account) { return own.requests.active(account); });
    own.sender.on_ticket([&own](const auto& account, ByteView init) {
        return own.flow.invite_ticket(account, init);
    });
    own.courier.on_prepare([&own](Transaction& step, const auto& account) {
        return own.requests.prepare(step, account);
    });
    own.courier.on_found([this](const auto& account) { learn_beacon(account); });
    own.courier.on_wanted([&own](const auto& account) { return own.deposit.wants_key(account); });
    own.courier.on_keys([&own](const auto& account, const session::BundleKeys& keys) {
        if (!keys.envelope) return;
        own.deposit.on_bundle_key(account,
                                  {keys.party.device, keys.envelope->id, keys.envelope->key});
    });
    own.deposit.on_fare([&own](const auto& account, const auto& message, bool more) {
        return own.fares.fare(account, message, more);
    });
    own.fares.on_beacon([&own](const auto& account) { return own.courier.beacon(account); });
    own.fares.on_ready([&own](const auto& account) { own.deposit.wake(account); });
    own.requests.on_beacon([&own](const auto& account) { return own.courier.beacon(account); });
    own.requests.on_search([&own](const auto& account) { own.courier.search(account); });
}

}  // namespace kith::node
