// SPDX-License-Identifier: GPL-3.0-or-later
// The records this node has published, each kept until enough other nodes hold it: put, read back,
// put again while too few do (see PutSchedule), wait while there is nobody to put it to, put again
// when there are twice as many nodes, since others are nearest then. A newer record for the same
// slots takes the place of the older; after the lifetime of records all is forgotten.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/clock.h"
#include "core/directory/directory.h"
#include "dht/awaitable_bridge.h"
#include "dht/dht_node.h"
#include "dht/operation_gate.h"

#include <list>
#include <memory>

namespace kith::dht {

class Publications {
  public:
    /// Records kept at once. Beyond: the oldest is forgotten.
    static constexpr std::size_t most = 32;
    /// A put ends when eight nodes of each family have acknowledged, which may take seconds; the
    /// first read-back does not wait longer.
    static constexpr Duration read_back_after = seconds(5);
    /// Dead nodes at the slot cost a put three seconds each, four at a time, before it places
    /// anything. A first read-back that finds too few is repeated when the put has ended, at the
    /// latest after so long: 12 s were needed when half of 64 nodes had just vanished.
    static constexpr Duration put_time = seconds(14);

    /// Its children run in `scope`; `changed` is called after each read-back. All references must
    /// outlive the scope's children.
    Publications(AsyncScope& scope,
                 Clock& clock,
                 Random& random,
                 OperationGate& gate,
                 std::function<void()> changed);

    /// From here on records can be put.
    void start(DhtNode& node) { node_ = &node; }

    /// Lets everybody go; the node is not used any more.
    void stop();

    /// How many good nodes there are; with none, publications wait.
    void good_nodes(std::size_t count);

    /// Publishes and waits for the first read-back. Unreachable: nobody there until `deadline`, or
    /// `patient` is false and nobody is there now; Timeout, Busy, Cancelled as in the port.
    [[nodiscard]] Task<Result<directory::Published>> publish(
        std::array<directory::Record, 2> records, SteadyTime deadline, bool patient);

    /// Whether any is held by too few after the last retry.
    bool short_of_holders() const;

  private:
    // Shared by the list, the child that keeps it and those who wait for its first read-back.
    struct Kept {
        explicit Kept(const asio::any_io_executor& executor) : told(executor) {}

        std::array<directory::Record, 2> records;
        AsyncEvent told;  // by the first read-back, or by its end
        std::optional<directory::Published> result;
        bool dropped = false;
        bool short_of_holders = false;
    };

    using BothSlots = std::array<AwaitableBridge<int>, 2>;

    BothSlots both_slots() const;
    [[nodiscard]] Task<> keep(std::shared_ptr<Kept> kept);
    [[nodiscard]] Task<bool> pause(std::shared_ptr<Kept> kept, Duration delay);
    [[nodiscard]] Task<bool> wait_for_growth(std::shared_ptr<Kept> kept);
    [[nodiscard]] Task<std::optional<directory::Published>> put_and_read_back(
        std::shared_ptr<Kept> kept);
    [[nodiscard]] Task<int> worse_of(BothSlots slots, SteadyTime deadline);
    [[nodiscard]] Task<int> read_back(std::shared_ptr<Kept> kept);
    void drop(Kept& kept);
    int wanted_holders() const;

    AsyncScope& scope_;
    Clock& clock_;
    Random& random_;
    OperationGate& gate_;
    std::function<void()> changed_;
    DhtNode* node_ = nullptr;
    std::size_t good_nodes_ = 0;
    bool stopped_ = false;
    AsyncEvent moved_;  // nodes came or went, something was dropped
    std::list<std::shared_ptr<Kept>> kept_;
};

}  // namespace kith::dht
