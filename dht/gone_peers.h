// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses where nobody listens any more, as their hosts report it (ICMP port unreachable, RFC
// 1122 section 4.1.3.1). OpenDHT waits a second for each node that is gone before a record counts
// as placed; told at once, it goes on with the others.
//
// Anybody can send such a report, and it costs a node its place among the neighbours. So it is
// believed for a few seconds, and not at all of somebody who has spoken lately: only members of the
// network can do that. Value type; time is the caller's.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/time.h"

#include <cstddef>
#include <unordered_map>

namespace kith::dht {

class GonePeers {
  public:
    /// Long enough for all that one look-up asks, short enough for a node that starts again.
    static constexpr Duration believed = seconds(5);
    /// OpenDHT counts a node as good for ten minutes after it was heard; its own requests find out
    /// within three seconds when it has gone meanwhile.
    static constexpr Duration trusted = minutes(2);
    /// Addresses remembered of either kind. Beyond: a report is not believed, and a new voice is
    /// not remembered.
    static constexpr std::size_t most = 1024;

    /// A datagram of the network came from there.
    void heard(const Endpoint& from, SteadyTime now) {
        reported_.erase(from);
        note(heard_, from, now, trusted);
    }

    /// A datagram that went there was not delivered. Whether that is believed, and new.
    bool reported(const Endpoint& to, SteadyTime now) {
        const auto known = heard_.find(to);
        if (known != heard_.end() && now < known->second) return false;
        const bool news = !gone(to, now);
        note(reported_, to, now, believed);
        return news && gone(to, now);
    }

    bool gone(const Endpoint& to, SteadyTime now) const {
        const auto found = reported_.find(to);
        return found != reported_.end() && now < found->second;
    }

    std::size_t size() const { return heard_.size() + reported_.size(); }

  private:
    /// Until when it counts.
    using Until = std::unordered_map<Endpoint, SteadyTime, EndpointHash>;

    static void note(Until& in, const Endpoint& whom, SteadyTime now, Duration time) {
        if (in.size() >= most && !in.contains(whom)) {
            std::erase_if(in, [now](const auto& one) { return one.second <= now; });
            if (in.size() >= most) return;
        }
        in[whom] = now + time;
    }

    Until heard_;
    Until reported_;
};

}  // namespace kith::dht
