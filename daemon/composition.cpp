// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/composition.h"

#include "core/base/log.h"
#include "core/base/system_clock.h"
#include "core/crypto/pooled_random.h"
#include "core/store/rocks_store.h"
#include "core/transport/net_watch.h"
#include "core/transport/port_keeper.h"
#include "daemon/api_failures.h"
#include "daemon/listen_ports.h"
#include "daemon/mailbox_settings.h"
#include "dht/opendht_directory.h"

#include <fmt/format.h>

#include <algorithm>

namespace kith::daemon {
namespace {

using api::Failure;
using api::Problem;
using dht::OpendhtDirectory;
using store::RocksStore;

std::string_view word(transport::NetChange change) {
    switch (change) {
        case transport::NetChange::Addresses:
            return "addresses";
        case transport::NetChange::Route:
            return "routes";
        case transport::NetChange::WokeUp:
            return "the host slept";
    }
    return "";
}

class OpenedNode final : public OpenedProfile {
  public:
    OpenedNode(Random& random,
               std::unique_ptr<RocksStore> store,
               std::unique_ptr<transport::Transport> transport,
               std::unique_ptr<OpendhtDirectory> directory)
        : random_(random),
          store_(std::move(store)),
          transport_(std::move(transport)),
          directory_(std::move(directory)) {}

    Result<> open_node(const Parts& parts, node::Settings settings) {
        const node::Ports ports{
            parts.executor, parts.clock, random_, *store_, *transport_, *directory_, parts.worker};
        KITH_TRY(node_, node::Node::open(ports, std::move(settings)));
        return success();
    }

    /// From here on the node hears of changes of the network.
    void watch_network(const Parts& parts) {
        watch_.emplace(parts.executor, parts.clock, [this](transport::NetChange change) {
            log::info(log::Category::Transport, "the network has changed: {}", word(change));
            node_->network_changed();
            if (keeper_) keeper_->renew();
        });
    }

    /// Asks the router for our port, from when the node takes part in the network.
    void keep_port(const Parts& parts) {
        // Who listens for this host alone is not to be called from outside.
        const auto bound = transport_->listening();
        if (std::ranges::all_of(bound, &Endpoint::is_loopback)) return;
        router_ = std::make_unique<Worker>(parts.executor);
        keeper_ = std::make_unique<transport::PortKeeper>(
            parts.executor,
            parts.clock,
            parts.random,
            *router_,
            transport::map_port,
            [this](const std::optional<transport::MappedPort>& mapped) {
                if (mapped) {
                    log::info(log::Category::Transport,
                              "reachable at {} by {}",
                              to_string(mapped->external),
                              to_string(mapped->by));
                }
                node_->set_mapped(mapped);
            });
        node_->on_running([this] { keeper_->start(transport_->local_port()); });
    }

    node::Node& node() override { return *node_; }

    const store::Store& store() const override { return *store_; }

    std::vector<Endpoint> listening() const override { return transport_->listening(); }

    Task<> stop() override {
        watch_.reset();
        if (node_) co_await node_->stop();
        co_await transport_->stop();
        co_await directory_->stop();
        const auto closed = co_await store_->close();
        if (!closed) {
            log::warn(
                log::Category::Process, "the store did not close well: {}", closed.error().context);
        }
        // Last: the router may take its time.
        if (keeper_) co_await keeper_->stop();
    }

  private:
    crypto::PooledRandom random_;
    std::unique_ptr<RocksStore> store_;
    std::unique_ptr<transport::Transport> transport_;
    std::unique_ptr<OpendhtDirectory> directory_;
    // It uses those above until it is gone.
    std::unique_ptr<node::Node> node_;
    // Routers are asked for seconds at a time: nothing else may wait behind that.
    std::unique_ptr<Worker> router_;
    std::unique_ptr<transport::PortKeeper> keeper_;
    std::optional<transport::NetWatch> watch_;
};

Failure store_open_failure(const Error& error, const ProfilePaths& paths) {
    if (error.code == Code::UnsupportedVersion) {
        return Failure(Problem::NewerData, error.context, "upgrade kith");
    }
    if (error.code == Code::Corrupt) {
        Failure corrupt(
            Problem::StoreCorrupt,
            "the database is damaged",
            "put back a copy of " + paths.data + ", or begin anew: kith -p second init");
        corrupt.facts.push_back(error.context);
        corrupt.facts.push_back("nothing was changed in " + paths.database);
        return corrupt;
    }
    if (error.code == Code::ReadOnly) {
        Failure refused = api::from_error(error);
        refused.facts.emplace_back("the disk does not write; kithd has not started");
        refused.hint = "dmesg, for what the disk says; then: kith daemon start";
        return refused;
    }
    return store_failure(error);
}

api::Outcome<std::unique_ptr<RocksStore>> open_store(const Parts& parts,
                                                     const ProfilePaths& paths,
                                                     const crypto::MasterKey& master) {
    store::RocksConfig config;
    config.places = {paths.data, paths.database, paths.state};
    config.program_version = parts.version;
    auto opened = RocksStore::open(parts.executor, std::move(config), master, parts.random);
    if (!opened) return tl::unexpected(store_open_failure(opened.error(), paths));
    return *std::move(opened);
}

Failure listen_failure(const Error& error,
                       const Parts& parts,
                       const std::vector<Endpoint>& listen) {
    if (error.code == Code::Busy) return port_in_use(listen, parts.port_owner);
    return Failure(Problem::BadConfig, error.context, "kith config get daemon.listen");
}

std::unique_ptr<OpendhtDirectory> open_directory(const Parts& parts,
                                                 const ProfilePaths& paths,
                                                 const Config& config,
                                                 const std::vector<Endpoint>& bound) {
    dht::DirectoryConfig settings;
    settings.bootstrap = config.bootstrap;
    // Whoever keeps mail for everybody is always there; a change counts from the next start on.
    settings.serving = serve_of(config) == mailbox::Serve::Network;
    settings.last_run = std::make_shared<dht::NodesFile>(paths.cache + "/nodes");
    return std::make_unique<OpendhtDirectory>(parts.executor,
                                              parts.clock,
                                              parts.random,
                                              dht::udp_io(parts.executor, bound),
                                              std::move(settings));
}

reputation::StrangerDesk::Settings requests_of(const Config& config) {
    using enum reputation::AcceptRequests;
    reputation::StrangerDesk::Settings out;
    if (config.accept_requests == "introduced") out.accept = Introduced;
    if (config.accept_requests == "nobody") out.accept = InvitedOnly;
    out.slots_a_day = number_of(config.requests_per_day).value_or(out.slots_a_day);
    return out;
}

node::Settings settings_from(const Config& config) {
    node::Settings settings;
    settings.network_name = config.network_name;
    settings.bootstrap = config.bootstrap;
    settings.announce = usable_addresses(config.announce);
    settings.give_up_after = config.give_up_after;
    settings.requests = requests_of(config);
    if (config.request_effort != "auto") settings.request_effort = number_of(config.request_effort);
    settings.copies = copies_of(config);
    settings.mailbox.serve = serve_of(config);
    settings.mailbox.quota = mailbox_quota_of(config);
    return settings;
}

Failure start_failure(const Error& error,
                      const std::vector<Endpoint>& listen,
                      const std::string& port_owner) {
    if (error.code == Code::AlreadyExists) return port_in_use(listen, port_owner);
    return store_failure(error);
}

}  // namespace

std::unique_ptr<Clock> make_system_clock(asio::any_io_executor executor) {
    return std::make_unique<SystemClock>(std::move(executor));
}

Task<Profile::Opened> open_profile(Parts parts,
                                   ProfilePaths paths,
                                   Config config,
                                   crypto::MasterKey master) {
    const std::vector<Endpoint> listen = usable_addresses(config.listen);
    KITH_CO_TRY(auto store, open_store(parts, paths, master));
    auto transport = open_transport(parts, listen);
    if (!transport) co_return tl::unexpected(listen_failure(transport.error(), parts, listen));
    // The DHT takes the port that the listener got.
    auto directory = open_directory(parts, paths, config, (*transport)->listening());
    auto opened = std::make_unique<OpenedNode>(
        parts.random, std::move(store), *std::move(transport), std::move(directory));
    Result<> started = opened->open_node(parts, settings_from(config));
    if (started && config.port_mapping) opened->keep_port(parts);
    if (started) started = co_await opened->node().start();
    if (!started) {
        co_await opened->stop();
        co_return tl::unexpected(start_failure(started.error(), listen, parts.port_owner));
    }
    opened->watch_network(parts);
    co_return std::unique_ptr<OpenedProfile>(std::move(opened));
}

}  // namespace kith::daemon
