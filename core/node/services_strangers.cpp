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
    own.courier.on_found([&own](const auto& account) { own.requests.found(account); });
    own.requests.on_beacon([&own](const auto& account) { return own.courier.beacon(account); });
    own.requests.on_search([&own](const auto& account) { own.courier.search(account); });
}

}  // namespace kith::node
