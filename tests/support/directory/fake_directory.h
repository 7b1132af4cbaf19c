// SPDX-License-Identifier: GPL-3.0-or-later
// The Directory port of one simulated node over a shared FakeRecordSpace. It delays, withholds,
// forges and rolls back as the space tells it, and keeps every promise of the port besides.
#pragma once

#include "core/base/clock.h"
#include "core/directory/directory.h"
#include "tests/support/directory/fake_record_space.h"

#include <list>
#include <optional>

namespace kith::test {

class FakeDirectory final : public directory::Directory {
  public:
    /// All three must outlive it.
    FakeDirectory(asio::any_io_executor executor, Clock& clock, FakeRecordSpace& space);
    ~FakeDirectory() override;

    /// Plugs the node in or out. Out: operations fail with Unreachable, publications wait.
    void plug(bool in);

    Result<> start(const identity::Network& network, std::vector<Endpoint> nodes) override;
    [[nodiscard]] Task<> stop() override;
    [[nodiscard]] Task<Result<directory::Published>> publish(
        std::array<directory::Record, 2> records, SteadyTime deadline) override;
    [[nodiscard]] Task<Result<Bytes>> lookup(directory::Slots slots,
                                             directory::Accept accept,
                                             SteadyTime deadline,
                                             directory::OnRecord better) override;
    [[nodiscard]] directory::Subscription watch(directory::Slots slots,
                                                directory::Accept accept,
                                                SteadyTime deadline,
                                                directory::OnRecord handler) override;

    directory::State state() const override { return state_; }

    [[nodiscard]] directory::Subscription on_state(
        std::function<void(const directory::State&)> handler) override;
    [[nodiscard]] Task<directory::SelfTest> self_test(SteadyTime deadline) override;
    [[nodiscard]] Task<Result<directory::BootstrapNode>> add_bootstrap(
        std::string address, SteadyTime deadline) override;
    Result<> remove_bootstrap(const std::string& address) override;

    std::vector<directory::BootstrapNode> bootstrap() const override { return bootstrap_; }

    std::vector<directory::Peer> peers() const override;

    directory::Traffic traffic() const override { return {}; }

    void connectivity_changed() override { ++connectivity_changes; }

    /// How often something was looked up.
    std::size_t lookups = 0;
    /// How often the node said so.
    std::size_t connectivity_changes = 0;

  private:
    struct Search;
    struct Listener;
    struct StateListener;

    bool connected() const;
    void update_state();
    void tell_state();
    void flush_waiting();
    void start_search(directory::Slots slots, Search& search);
    void answer(Search& search, const directory::Slot& slot, std::size_t index);
    void poll(Listener& listener);

    asio::any_io_executor executor_;
    Clock& clock_;
    FakeRecordSpace& space_;
    AsyncEvent stopping_;
    std::optional<FakeRecordSpace::NetworkId> network_;
    bool plugged_ = true;
    directory::State state_;
    Alarm state_alarm_;
    std::vector<directory::BootstrapNode> bootstrap_;
    std::vector<std::array<directory::Record, 2>> waiting_;  // published while unplugged
    std::list<Search> searches_;
    std::vector<Listener*> listeners_;
    std::vector<StateListener*> state_listeners_;
};

}  // namespace kith::test
