// SPDX-License-Identifier: GPL-3.0-or-later
// Finds where an account is today, from its address alone. What it finds is a hint to dial.
#pragma once

#include "core/base/clock.h"
#include "core/directory/beacon.h"
#include "core/directory/directory.h"
#include "core/session/prekey_bundle.h"

#include <vector>

namespace kith::node {

/// An address of one device.
struct Whereabout {
    crypto::CallId device;
    Endpoint endpoint;
};

struct Whereabouts {
    std::vector<Whereabout> endpoints;
    /// The device list that the account stood for when it said so.
    session::ListHint list;
};

class BeaconLookup {
  public:
    BeaconLookup(directory::Directory& directory, Clock& clock)
        : directory_(directory), clock_(clock) {}

    /// Asks today's epoch, its neighbours near a boundary or when nothing came. `known_seq` is the
    /// highest device list known: older beacons are refused. NotFound, Unreachable, BadKey.
    [[nodiscard]] Task<Result<Whereabouts>> find(crypto::AccountKey account,
                                                 crypto::ReachSecret reach,
                                                 std::uint64_t known_seq,
                                                 SteadyTime deadline);

  private:
    [[nodiscard]] Task<Result<Whereabouts>> ask(directory::EpochKeys keys,
                                                std::uint64_t known_seq,
                                                SteadyTime deadline);

    directory::Directory& directory_;
    Clock& clock_;
};

}  // namespace kith::node
