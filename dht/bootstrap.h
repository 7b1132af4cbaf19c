// SPDX-License-Identifier: GPL-3.0-or-later
// Ways into the network: nodes from the configuration, from an invitation, and those saved when
// this node last ran. At start all saved ones are told to OpenDHT and a few are called at once,
// because it would wait before calling any; while nobody answers, nodes are called again and again,
// from every second to once a minute.
#pragma once

#include "core/base/asio_net.h"
#include "core/base/async_scope.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/directory/network_state.h"
#include "dht/dht_node.h"
#include "dht/nodes_file.h"

#include <functional>
#include <string>
#include <vector>

namespace kith::dht {

class Bootstrap {
  public:
    /// Nodes called in one round.
    static constexpr std::size_t calls = 8;
    static constexpr Duration first_pause = seconds(1);
    static constexpr Duration longest_pause = seconds(60);

    /// `answered` is called whenever a node answered a call. All references must outlive it.
    Bootstrap(AsyncScope& scope, Clock& clock, Random& random, std::function<void()> answered);
    Bootstrap(const Bootstrap&) = delete;
    Bootstrap& operator=(const Bootstrap&) = delete;

    /// Nodes of an invitation; before start().
    void invite(const std::vector<Endpoint>& nodes);

    /// Nodes that were good once, the latest first: from the file before start(), from experience
    /// later.
    void restore(std::vector<SavedNode> saved) { saved_ = std::move(saved); }

    const std::vector<SavedNode>& saved() const { return saved_; }

    /// Calls a first round through `node`, which must outlive the scope's children.
    void start(DhtNode& node);

    /// Calls another round now, and begins again with short pauses.
    void again();

    /// Ends the pauses and the look-ups of names.
    void stop();

    /// To be told at each look: while `lonely`, rounds go on.
    void lonely(bool is);

    /// Adds "host:port" and calls it until `deadline`. InvalidArgument: not an address.
    [[nodiscard]] Task<Result<directory::BootstrapNode>> add(std::string address,
                                                             SteadyTime deadline);
    Result<> remove(const std::string& address);

    /// Without calling; for the addresses of the configuration. Junk is ignored.
    void configure(const std::vector<std::string>& addresses);

    const std::vector<directory::BootstrapNode>& nodes() const { return nodes_; }

  private:
    [[nodiscard]] Task<> rounds();
    [[nodiscard]] Task<> resolve_and_call(std::string address);
    [[nodiscard]] Task<std::vector<Endpoint>> resolve(std::string address);
    [[nodiscard]] Task<bool> call(Endpoint endpoint, SteadyTime deadline);
    void call_soon(const Endpoint& endpoint, const std::string& address);
    void round();
    directory::BootstrapNode* find(const std::string& address);
    std::vector<Endpoint> pick_saved(std::size_t count);

    AsyncScope& scope_;
    Clock& clock_;
    Random& random_;
    std::function<void()> answered_;
    DhtNode* node_ = nullptr;
    asio::ip::udp::resolver resolver_;
    AsyncEvent wake_;
    bool stopping_ = false;
    bool lonely_ = true;
    int failed_rounds_ = 0;
    std::vector<directory::BootstrapNode> nodes_;
    std::vector<Endpoint> invited_;
    std::vector<SavedNode> saved_;
};

}  // namespace kith::dht
