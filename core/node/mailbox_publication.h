// SPDX-License-Identifier: GPL-3.0-or-later
// What our hosts hand out in our name while we are away: the bundle of prekeys, and beacons of the
// coming week that name the hosts, so that a first message reaches somebody who is not there
// (docs/spec/mailbox.md#settings). Strand only.
#pragma once

#include "core/directory/beacon.h"
#include "core/node/prekey_stock.h"
#include "core/node/profile.h"

#include <vector>

namespace kith::node {

class MailboxPublication {
  public:
    /// Epochs for which beacons are made, today's included.
    static constexpr std::uint64_t epochs_ahead = 7;

    MailboxPublication(const Profile& profile, const PrekeyStock& prekeys)
        : profile_(profile), prekeys_(prekeys) {}

    /// What the beacons ask of strangers, in rCPU, and whether those may write at all.
    struct Asked {
        std::uint16_t effort = 0;
        bool open = true;

        friend bool operator==(const Asked&, const Asked&) = default;
    };

    /// Makes everything anew if the day, the hosts, the device list, the prekeys or what is asked
    /// of strangers are others than last time. True: it did.
    bool refresh(const std::vector<directory::BeaconBox>& hosts,
                 Asked asked,
                 Random& random,
                 Timestamp now);

    /// Prekeys were made or deleted.
    void prekeys_changed() { stale_ = true; }

    const std::vector<Bytes>& beacons() const { return beacons_; }

    const Bytes& bundle() const { return bundle_; }

  private:
    Result<> make_beacons(const std::vector<directory::BeaconBox>& hosts,
                          Random& random,
                          Timestamp now);

    const Profile& profile_;
    const PrekeyStock& prekeys_;
    bool stale_ = true;
    directory::Epoch epoch_;
    std::uint64_t list_seq_ = 0;
    std::vector<directory::BeaconBox> hosts_;
    Asked asked_;
    std::vector<Bytes> beacons_;
    Bytes bundle_;
};

}  // namespace kith::node
