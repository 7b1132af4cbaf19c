// SPDX-License-Identifier: GPL-3.0-or-later
// The Directory port on OpenDHT. What each part does is in its own file: the node (dht_node), ways
// in (bootstrap), look-ups (record_search, watches), publications, the self-test and the judgement
// of how well connected we are (connection_rules). This one starts and stops them and tells the
// state.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/directory/directory.h"
#include "dht/bootstrap.h"
#include "dht/connection_rules.h"
#include "dht/datagram_io.h"
#include "dht/dht_node.h"
#include "dht/operation_gate.h"
#include "dht/parking.h"
#include "dht/publications.h"
#include "dht/record_search.h"
#include "dht/self_tester.h"
#include "dht/watches.h"

#include <list>
#include <memory>

namespace kith::dht {

struct DirectoryConfig {
    /// Nodes of the configuration, "host:port".
    std::vector<std::string> bootstrap;
    /// What each run leaves to the next; null: nothing is kept. Shared with tests that start the
    /// node again.
    std::shared_ptr<LastRunKeeper> last_run;
    /// Always reachable, serves others.
    bool serving = false;
    /// Raised by tests, in which many nodes share one address.
    int requests_per_second = 2000;
    int requests_per_source = 200;
    DatagramRates datagrams;
    directory::StoreLimits store;
    ParkingLimits parking;
};

class OpendhtDirectory final : public directory::Directory {
  public:
    /// Directory operations at once, two OpenDHT operations each; and how many more may wait.
    static constexpr std::size_t operations = 32;
    static constexpr std::size_t operations_waiting = 256;

    /// `clock` must count as std::chrono::steady_clock does. `clock` and `random` must outlive it.
    OpendhtDirectory(asio::any_io_executor executor,
                     Clock& clock,
                     Random& random,
                     DatagramIo io,
                     DirectoryConfig config);
    ~OpendhtDirectory() override;

    /// The addresses that it receives at, with their real ports; empty before start().
    const std::vector<Endpoint>& bound() const { return bound_; }

    Result<> start(const identity::Network& network, std::vector<Endpoint> nodes) override;
    [[nodiscard]] Task<> stop() override;

    [[nodiscard]] Task<Result<directory::Published>> publish(
        std::array<directory::Record, 2> records, SteadyTime deadline) override;
    [[nodiscard]] Task<Result<Bytes>> lookup(directory::Slots slots,
                                             directory::Accept accept,
                                             SteadyTime deadline,
                                             directory::OnRecord better = {}) override;
    [[nodiscard]] directory::Subscription watch(directory::Slots slots,
                                                directory::Accept accept,
                                                SteadyTime deadline,
                                                directory::OnRecord handler) override;
    directory::State state() const override;
    [[nodiscard]] directory::Subscription on_state(
        std::function<void(const directory::State&)> handler) override;
    [[nodiscard]] Task<directory::SelfTest> self_test(SteadyTime deadline) override;
    [[nodiscard]] Task<Result<directory::BootstrapNode>> add_bootstrap(
        std::string address, SteadyTime deadline) override;
    Result<> remove_bootstrap(const std::string& address) override;
    std::vector<directory::BootstrapNode> bootstrap() const override;
    std::vector<directory::Peer> peers() const override;
    directory::Traffic traffic() const override;
    void connectivity_changed() override;

  private:
    struct StateListener;

    void on_datagram(ByteView datagram, const Endpoint& from);
    void look_around();
    void tell_state();
    void remember_nodes();
    void rest_if_unneeded();
    [[nodiscard]] Task<> decide();
    [[nodiscard]] Task<> wake();
    void awake();
    [[nodiscard]] Task<> tend();
    [[nodiscard]] Task<> remember_now_and_then();
    [[nodiscard]] Task<> run_self_test();
    [[nodiscard]] Task<bool> wait_for_nodes(SteadyTime deadline);

    AsyncScope scope_;
    Clock& clock_;
    Random& random_;
    DatagramIo io_;
    DirectoryConfig config_;
    std::vector<Endpoint> bound_;
    bool stopping_ = false;
    AsyncEvent stop_;
    AsyncEvent changed_;  // pulsed when the state has changed
    ConnectionRules rules_;
    directory::State told_;  // what the listeners know
    Alarm tell_;
    SteadyTime next_call_back_{};
    Parking parking_;
    bool deciding_ = false;
    bool resting_ = false;
    AsyncEvent awake_;  // not set: it rested, and no node has answered yet
    Alarm waking_;
    OperationGate gate_;
    std::unique_ptr<SealedSocket> socket_;
    std::unique_ptr<DhtNode> node_;
    Bootstrap bootstrap_;
    Publications publications_;
    SelfTester self_tester_;
    Watches watches_;
    std::list<std::weak_ptr<RecordSearch>> searches_;
    std::vector<StateListener*> listeners_;
};

}  // namespace kith::dht
