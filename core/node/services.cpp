// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/services.h"

#include "core/base/log.h"
#include "core/identity/device.h"

#include <algorithm>

namespace kith::node {
namespace {

constexpr Duration housekeeping_period = minutes(10);

ContactFlow::Parts flow_parts(Node::Services& services, Profile& profile, Sender& sender) {
    return {profile,
            services.contacts,
            services.lists,
            sender,
            services.outbox,
            services.ports.store,
            services.sessions,
            services.reputation,
            services.ports.random,
            services.ports.clock};
}

Receiver::Parts receiver_parts(Node::Services& services,
                               Running& running,
                               ControlHandler& control) {
    return {*running.profile,
            services.contacts,
            services.lists,
            services.log,
            services.deliveries,
            services.outbox,
            services.prekeys,
            services.ports.store,
            services.sessions,
            services.receipts,
            running.owed,
            running.sender,
            services.gaps,
            running.list_exchange,
            services.commits,
            control,
            services.reputation,
            services.ports.random,
            services.ports.clock};
}

Courier::Parts courier_parts(Node::Services& services, const Profile& profile, Sender& sender) {
    return {profile,
            services.contacts,
            services.lists,
            sender,
            services.outbox,
            services.sessions,
            services.commits,
            services.links,
            services.beacons,
            services.ports.random,
            services.ports.clock,
            services.ports.executor};
}

}  // namespace

Running::Running(Node::Services& services, std::unique_ptr<Profile> own)
    : profile(std::move(own)),
      sender(*profile,
             services.contacts,
             services.log,
             services.outbox,
             services.sessions,
             services.ports.random,
             services.ports.clock),
      owed(services.ports.store,
           services.contacts,
           sender,
           services.commits,
           services.ports.random,
           services.ports.clock),
      flow(flow_parts(services, *profile, sender)),
      list_exchange(*profile, services.contacts, sender),
      receiver(receiver_parts(services, *this, flow)),
      puzzles(services.ports.worker, services.ports.clock),
      asked(*profile, services.ports.store, services.commits, services.ports.clock),
      desk(services.desk_parts(*this)),
      requests(services.request_parts(*this)),
      serve(*profile,
            services.prekeys,
            services.commits,
            services.links,
            services.ports.random,
            services.ports.clock),
      courier(courier_parts(services, *profile, sender)),
      deposit({services.contacts,
               services.lists,
               sender,
               services.outbox,
               services.ports.store,
               services.commits,
               services.links,
               services.traces,
               services.hosts,
               services.ports.random,
               services.ports.clock,
               services.ports.executor}),
      fares(services.fare_parts(*this)),
      care({services.contacts,
            sender,
            services.outbox,
            services.ports.store,
            services.sessions,
            courier,
            services.ports.clock}),
      publisher(services.ports.directory,
                services.ports.transport,
                *profile,
                services.ports.random,
                services.ports.clock,
                services.settings.announce,
                services.ports.executor),
      host(services.served_mailboxes()),
      offers(services.offered_mailboxes(*this)),
      mailboxes(services.own_mailboxes(*profile, sender)),
      hand_off(services.handed_off_mailboxes(*this)) {}

Node::Services::Services(Ports given, Settings chosen)
    : ports(std::move(given)),
      settings(std::move(chosen)),
      scope(ports.executor),
      stop(ports.executor),
      contacts(ports.store),
      lists(contacts),
      log(ports.store),
      deliveries(ports.store),
      traces(ports.store),
      hosts(ports.store),
      outbox(ports.store),
      sessions(ports.store),
      prekeys(ports.store),
      gaps(ports.store),
      reputation(ports.store, contacts, ports.clock),
      sweep(ports.store, reputation),
      journal(ports.store, ports.clock, *this),
      commits(ports.store,
              journal,
              outbox,
              [this](Lane& lane) {
                  if (auto* const link = links.find(lane.device())) {
                      link->pump();
                  } else if (running) {
                      running->courier.wake(lane.account());
                  }
                  if (running) running->deposit.wake(lane);
              }),
      links(ports.transport, *this, outbox, ports.clock, ports.random, ports.executor),
      reachability(links, ports.transport, ports.clock, ports.executor),
      receipts(ports.store, sessions, links),
      beacons(ports.directory, ports.clock),
      started(ports.clock.now()),
      on_failure(ports.store.on_failure([this] { reload(); })),
      on_store_state(ports.store.on_state([this](store::State state) {
          if (state != store::State::Ok || !running) return;
          running->courier.wake_all();
          running->mailboxes.changed();
      })) {}

// --- Lifecycle

Result<> Node::Services::load() {
    KITH_CHECK(contacts.load());
    KITH_CHECK(outbox.load());
    KITH_CHECK(prekeys.load());
    KITH_CHECK(gaps.load());
    KITH_CHECK(hosts.load());
    KITH_CHECK(reputation.load());
    if (running) {
        KITH_CHECK(load_strangers());
        KITH_CHECK(running->owed.load());
        KITH_CHECK(running->deposit.load());
        KITH_CHECK(running->host.load());
        KITH_CHECK(running->offers.load());
        KITH_CHECK(running->mailboxes.load());
    }
    return success();
}

void Node::Services::reload() {
    // What memory knew beyond the disk is gone: peers say again what was not receipted.
    links.drop_all();
    if (auto loaded = load(); !loaded) {
        log::error(log::Category::Store, "cannot read again: {}", loaded.error().context);
    }
}

Result<> Node::Services::run(std::unique_ptr<Profile> profile, std::vector<Endpoint> nodes) {
    sessions.set_own(profile->device_id());
    running = std::make_unique<Running>(*this, std::move(profile));
    receipts.set_sender(&running->sender);
    wire_mailboxes();
    wire_strangers();
    KITH_CHECK(load_strangers());
    KITH_CHECK(running->owed.load());
    KITH_CHECK(running->mailboxes.load());
    running->flow.on_wake([this](const auto& account) { running->courier.wake(account, true); });
    running->flow.on_cut([this](const auto& account) {
        links.drop_account(account);
        withdraw_mailbox(account);
        running->mailboxes.changed();
    });
    running->receiver.on_session_lost(
        [this](const Origin& origin) { running->courier.renew(origin.account, origin.device); });
    running->receiver.on_outcome(
        [this](const auto& id, const auto& chat, const auto& told) { outcome(id, chat, told); });
    keep_house();
    KITH_CHECK(serve_mailboxes());
    // Nothing is left with ourselves: which mailbox is ours is known now.
    KITH_CHECK(running->deposit.load());
    ports.transport.start(policy());
    links.start(
        running->profile->device_id(),
        [this](const auto& peer, bool open) { on_link(peer, open); },
        [this](const Endpoint& remote) { reachability.called_from(remote); });
    KITH_CHECK(ports.directory.start(running->profile->network(), std::move(nodes)));
    on_directory = ports.directory.on_state(
        [this, before = directory::Connection::Offline](const directory::State& state) mutable {
            const bool was = directory::is_connected(before);
            const bool is = directory::is_connected(state.connection);
            before = state.connection;
            if (stopping || !running || was == is) return;
            if (is) {
                running->publisher.changed();
                running->courier.wake_all();
                running->mailboxes.wake();
            }
        });
    running->desk.start();
    running->requests.start();
    running->publisher.start();
    running->mailboxes.start();
    KITH_CHECK(running->offers.start());
    running->hand_off.start();
    scope.spawn(housekeeping());
    scope.spawn(write_behind());
    running->courier.wake_all();
    running->courier.greet();
    if (on_running) on_running();
    return success();
}

transport::LinkPolicy Node::Services::policy() {
    transport::LinkPolicy out{running->profile->network().link_key(), {}, {}, {}, {}};
    out.served = [this] {
        const Profile& own = *running->profile;
        transport::LinkSigner sign = [&own](ByteView message) {
            return crypto::sign(crypto::Label::Link, own.stored().device.signing, message);
        };
        std::vector<transport::ServedIdentity> served;
        served.emplace_back(transport::DeviceIdentity{
            own.device_id(), own.party().signing, own.party().dh, own.list(), std::move(sign)});
        if (auto box = running->host.identity()) served.emplace_back(*std::move(box));
        return served;
    };
    out.known_devices = [this](const crypto::AccountKey& account) { return lists.find(account); };
    out.accept_list = [this](const crypto::AccountKey& account,
                             const identity::SignedDeviceList& list) -> Result<> {
        bool changed = false;
        KITH_CHECK(lists.accept(account, list, changed));
        const auto* const contact = contacts.find(account);
        if (contact && changed && commits.ready()) {
            Transaction step;
            contacts.put(step.changes, *contact);
            step.events.push_back(ContactRef{account});
            commits.join(std::move(step));
        }
        return success();
    };
    out.admit = [this](const crypto::AccountKey& account, const crypto::DeviceId&) {
        const auto* const contact = contacts.find(account);
        if (contact && contact->blocked()) return transport::Admission::Refused;
        if (!commits.ready()) return transport::Admission::Refused;
        return contact && contact->accepted() ? transport::Admission::Contact
                                              : transport::Admission::Stranger;
    };
    return out;
}

void Node::Services::on_link(const transport::DevicePeer& peer, bool open) {
    if (stopping || !running) return;
    if (open) {
        reachability.look();
        running->owed.hasten(peer.device);
        running->mailboxes.on_contact_link(peer.account);
    }
    auto* const contact = contacts.find(peer.account);
    if (contact && contact->accepted()) {
        contact->last_seen = ports.clock.wall();
        if (!open && commits.ready()) {
            Transaction step;
            contacts.put(step.changes, *contact);
            commits.join(std::move(step));
        }
        PresenceView presence;
        presence.account = peer.account;
        presence.online = open;
        journal.announce(presence);
    }
    // Open: what waits for keys can ask for them here. Closed: what is unreceipted wants a new
    // link.
    running->courier.wake(peer.account, open);
    if (!open && running->mailboxes.only_host(peer.account)) running->courier.seek(peer.account);
}

Task<> Node::Services::housekeeping() {
    for (;;) {
        const bool due = co_await sleep_for(ports.clock, housekeeping_period, stop);
        if (!due) co_return;
        keep_house();
        running->mailboxes.look();
        reachability.look();
        const auto erased = co_await ports.store.erase_deleted();
        if (!erased) log::debug(log::Category::Store, "not erased: {}", erased.error().context);
    }
}

void Node::Services::keep_house() {
    if (!commits.ready()) return;
    const Timestamp now = ports.clock.wall();
    Transaction step;
    turn_prekeys(step);
    if (running->profile->renew_certificates(step.changes, ports.random, now)) {
        running->publisher.changed();
    }
    give_up_old(step);
    gaps.report(step, now);
    running->care.look(step);
    running->desk.look();
    running->requests.look();
    ask_instead();
    if (!step.changes.empty()) commits.join(std::move(step));
}

void Node::Services::ask_instead() {
    Transaction step;
    if (auto asked = running->flow.ask_without_invitation(step); !asked) {
        // What it did so far must not stay in memory alone.
        log::warn(log::Category::Node, "not asked again: {}", asked.error().context);
    }
    if (!step.changes.empty()) commits.join(std::move(step));
}

void Node::Services::give_up_old(Transaction& step) {
    const Timestamp now = ports.clock.wall();
    for (const auto& [device, lane] : outbox.lanes()) {
        for (const auto* entry = lane->front(); entry; entry = lane->front()) {
            if (now - entry->made < settings.give_up_after) break;
            if (entry->order != 0) {
                const Run run{entry->order, entry->order, now};
                deliveries.put(step.changes, lane->account(), Outcome::Expired, device, run);
                step.events.push_back(ReceiptsRef{lane->account(), device, Outcome::Expired, run});
            }
            outbox.remove(step.changes, *lane, entry->id);
        }
    }
}

Result<> Node::Services::need_identity() const {
    if (!running) return fail(Code::Locked, "kith is not set up on this device");
    return success();
}

void Node::Services::outcome(const crypto::MessageId& id,
                             const crypto::AccountKey& chat,
                             const DeviceOutcome& told) {
    for (Waiter* const waiter : waiters) {
        if (waiter->id != id) continue;
        waiter->receipt = ReceiptView{id, chat, to_state(told.outcome), {}, told.time};
        waiter->done.set();
    }
}

}  // namespace kith::node
