// SPDX-License-Identifier: GPL-3.0-or-later
// Life and identity of the node.
#include "core/node/node.h"

#include "core/base/log.h"
#include "core/identity/invite.h"
#include "core/node/services.h"
#include "core/text/name.h"

namespace kith::node {

Node::Node(std::unique_ptr<Services> services) : services_(std::move(services)) {}

Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::open(Ports ports, Settings settings) {
    auto services = std::make_unique<Services>(std::move(ports), std::move(settings));
    KITH_CHECK(services->journal.open());
    KITH_CHECK(services->load());
    return std::unique_ptr<Node>(new Node(std::move(services)));
}

Task<Result<>> Node::start() {
    auto profile = Profile::load(services_->ports.store);
    if (!profile) co_return tl::unexpected(profile.error());
    if (!*profile) co_return success();
    co_return services_->run(*std::move(profile), {});
}

Task<> Node::stop() {
    auto& services = *services_;
    services.stopping = true;
    services.stop.set();
    for (Waiter* const waiter : services.waiters)
        waiter->done.set();
    services.on_directory.cancel();
    if (services.running) {
        services.running->mailboxes.halt();
        co_await services.links.stop();
        co_await services.ports.directory.stop();
        co_await services.running->publisher.stop();
        co_await services.running->courier.stop();
        co_await services.running->mailboxes.stop();
        co_await services.running->desk.stop();
        co_await services.running->requests.stop();
        co_await services.running->fares.stop();
        services.running->owed.stop();
        co_await services.running->deposit.stop();
        co_await services.running->offers.stop();
        co_await services.running->hand_off.stop();
        co_await services.running->host.stop();
        co_await services.reachability.stop();
        services.write_records();
    }
    co_await services.scope.join();
}

bool Node::is_set_up() const {
    return services_->running != nullptr;
}

Task<Result<NewIdentity>> Node::create_identity(CreateOptions options) {
    auto& services = *services_;
    if (services.running) co_return fail(Code::AlreadyExists, "there is an identity already");
    KITH_CO_CHECK(services.commits.ready());
    auto name = text::make_name(options.name);
    if (!name) co_return tl::unexpected(name.error());
    std::vector<Endpoint> nodes;
    auto network = identity::Network::public_network();
    const Timestamp now = services.ports.clock.wall();
    if (options.network == CreateOptions::Network::New) {
        network = identity::Network::generate(services.ports.random);
    } else if (options.network == CreateOptions::Network::Invite) {
        auto invite = identity::Invite::parse(options.invite);
        if (!invite) co_return tl::unexpected(invite.error());
        KITH_CO_CHECK(invite->check_not_expired(now));
        if (invite->network) network = identity::Network(invite->network->clone());
        nodes = invite->nodes;
    }
    store::OwnNames names{*std::move(name), options.device_name, options.network_name};
    auto profile = Profile::create(
        services.ports.store, std::move(network), std::move(names), services.ports.random, now);
    if (!profile) co_return tl::unexpected(profile.error());
    Transaction step;
    (*profile)->put(step.changes);
    auto rotated = services.prekeys.rotate(step.changes, services.ports.random, now, true);
    if (!rotated) co_return tl::unexpected(rotated.error());
    const auto committed = co_await services.commits.commit(std::move(step));
    if (!committed) co_return tl::unexpected(committed.error());
    NewIdentity out;
    out.identity = (*profile)->view();
    out.recovery_key = identity::recovery_key(*(*profile)->stored().account.root);
    KITH_CO_CHECK(services.run(*std::move(profile), std::move(nodes)));
    co_return out;
}

Result<IdentityView> Node::identity() const {
    KITH_CHECK(services_->need_identity());
    return services_->running->profile->view();
}

Task<Result<IdentityView>> Node::rename_self(std::string name) {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    auto made = text::make_name(name);
    if (!made) co_return tl::unexpected(made.error());
    KITH_CO_CHECK(services.commits.ready());
    Transaction step;
    services.running->profile->rename(step.changes, *std::move(made));
    services.running->flow.tell_profile(step);
    KITH_CO_CHECK(co_await services.commits.commit(std::move(step)));
    co_return services.running->profile->view();
}

Task<Result<IdentityView>> Node::new_reach() {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    KITH_CO_CHECK(services.commits.ready());
    Transaction step;
    services.running->profile->new_reach(
        step.changes, services.ports.random, services.ports.clock.wall());
    services.running->flow.tell_profile(step);
    services.running->mailboxes.on_reach(step);
    KITH_CO_CHECK(co_await services.commits.commit(std::move(step)));
    services.running->publisher.changed();
    co_return services.running->profile->view();
}

EventLog& Node::events() {
    return services_->journal;
}

}  // namespace kith::node
