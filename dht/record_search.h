// SPDX-License-Identifier: GPL-3.0-or-later
// One look-up over both slots of a record: the first acceptable value ends the wait, better ones
// are still told for a short while, because some nodes keep an older revision. Shared by the
// coroutine that waits and the callbacks that bring values.
#pragma once

#include "core/base/clock.h"
#include "core/directory/best_record.h"
#include "dht/dht_node.h"

#include <memory>

namespace kith::dht {

class RecordSearch {
  public:
    /// How long better records are told after the first.
    static constexpr Duration better_for = seconds(3);

    RecordSearch(const asio::any_io_executor& executor,
                 directory::Accept accept,
                 directory::OnRecord better)
        : best_(std::move(accept)), better_(std::move(better)), heard_(executor) {}

    /// Asks for both slots.
    static void start(const std::shared_ptr<RecordSearch>& search,
                      DhtNode& node,
                      const directory::Slots& slots);

    /// The first acceptable record; nullopt: none until `deadline`, or all nodes have answered.
    [[nodiscard]] Task<std::optional<Bytes>> first(Clock& clock, SteadyTime deadline);

    /// Nothing is told any more, and first() returns.
    void close();

  private:
    bool take(std::size_t index, const Bytes& data);
    void slot_done();

    directory::BestRecord best_;
    directory::OnRecord better_;
    AsyncEvent heard_;
    Alarm closing_;
    int unanswered_ = 0;
    bool returned_ = false;
    bool closed_ = false;
};

}  // namespace kith::dht
