// SPDX-License-Identifier: GPL-3.0-or-later
// Notices that the network of this host has changed: an address came or went, the default route
// did, or the host woke up. For the strand only.
//
// The kernel's announcements (rtnetlink) are gathered for a moment, since one change makes many of
// them; addresses are also compared every 15 s, where announcements are not to be had.
#pragma once

#include "core/base/asio_net.h"
#include "core/base/clock.h"
#include "core/transport/local_address.h"

#include <functional>
#include <vector>

namespace kith::transport {

/// The addresses that are up now, loopback included, sorted; empty when the system does not say.
std::vector<LocalAddress> local_addresses();

enum class NetChange {
    Addresses,
    Route,
    WokeUp,  // the host slept for more than 30 s
};

class NetWatch {
  public:
    /// `on_change` is called once per change, on the strand, never inside a call of this class.
    NetWatch(asio::any_io_executor executor,
             Clock& clock,
             std::function<void(NetChange)> on_change);
    NetWatch(const NetWatch&) = delete;
    NetWatch& operator=(const NetWatch&) = delete;
    /// Ends the watch; `on_change` is not called any more.
    ~NetWatch();

  private:
    struct State;

    std::shared_ptr<State> state_;  // shared with the read under way
};

}  // namespace kith::transport
