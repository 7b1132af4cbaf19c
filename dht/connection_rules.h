// SPDX-License-Identifier: GPL-3.0-or-later
// How well connected a node is, judged by what it has proved: nodes that answered, records that
// others gave back. OpenDHT's own word for it ("connected": one good node) proves too little. Pure;
// the time is an argument.
#pragma once

#include "core/directory/network_state.h"

namespace kith::dht {

/// Without a good node for so long, a node is alone.
inline constexpr Duration alone_after = seconds(30);

/// With fewer good nodes than this, a record has no room to survive: weak.
inline constexpr std::size_t good_enough = 3;

class ConnectionRules {
  public:
    /// The socket is open; counts from here. Until then the node is offline.
    void opened(SteadyTime now) {
        open_ = true;
        lonely_since_ = now;
    }

    void closed() { open_ = false; }

    void good_nodes(std::size_t count, SteadyTime now) {
        if (count == 0 && good_ != 0) lonely_since_ = now;
        good_ = count;
    }

    void tested(const directory::SelfTest& test) { test_ = test; }

    /// Whether a publication is held by too few nodes after all retries.
    void short_of_holders(bool is) { short_ = is; }

    directory::State state(SteadyTime now) const { return {connection(now), good_, test_}; }

    bool lonely() const { return good_ == 0; }

  private:
    directory::Connection connection(SteadyTime now) const {
        using enum directory::Connection;
        if (!open_) return Offline;
        if (good_ == 0) return now - lonely_since_ < alone_after ? Joining : Alone;
        const bool proved = test_ && test_->passed;
        return good_ >= good_enough && proved && !short_ ? Online : Weak;
    }

    bool open_ = false;
    bool short_ = false;
    std::size_t good_ = 0;
    SteadyTime lonely_since_{};
    std::optional<directory::SelfTest> test_;
};

}  // namespace kith::dht
