// SPDX-License-Identifier: GPL-3.0-or-later
// Finds where an account is today, from its address alone. What it finds is a hint to dial.
#pragma once

#include "core/base/clock.h"
#include "core/directory/beacon.h"
#include "core/directory/directory.h"
#include "core/session/prekey_bundle.h"

#include <functional>
#include <utility>
#include <vector>

namespace kith::node {

/// An address of one device.
struct Whereabout {
    crypto::CallId device;
    Endpoint endpoint;
};

struct Whereabouts {
    /// Which of two beacons is newer: the day, then the revision.
    using Version = std::pair<directory::Epoch, directory::Revision>;

    Version version;
    std::vector<Whereabout> endpoints;
    /// The device list that the account stood for when it said so.
    session::ListHint list;
    /// Mailboxes of the account.
    std::vector<directory::BeaconBox> boxes;
    /// What it asks of strangers: their first message costs that many rCPU, if they may write.
    std::uint16_t effort = 0;
    bool open_to_strangers = false;
    crypto::BeaconKey signer;  ///< D_e: what that work is bound to
};

class BeaconLookup {
  public:
    BeaconLookup(directory::Directory& directory, Clock& clock)
        : directory_(directory), clock_(clock) {}

    /// Asks today's epoch, its neighbours near a boundary or when nothing came. `known_seq` is the
    /// highest device list known: older beacons are refused. Old beacons linger on some nodes: for
    /// 3 s each newer one still goes to `better`. NotFound, Unreachable, BadKey.
    using OnFound = std::function<void(Whereabouts)>;

    [[nodiscard]] Task<Result<Whereabouts>> find(crypto::AccountKey account,
                                                 crypto::ReachSecret reach,
                                                 std::uint64_t known_seq,
                                                 SteadyTime deadline,
                                                 OnFound better);

  private:
    [[nodiscard]] Task<Result<Whereabouts>> ask(directory::EpochKeys keys,
                                                std::uint64_t known_seq,
                                                SteadyTime deadline,
                                                OnFound better);

    directory::Directory& directory_;
    Clock& clock_;
};

}  // namespace kith::node
