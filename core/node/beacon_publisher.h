// SPDX-License-Identifier: GPL-3.0-or-later
// Tells the directory where this device is: for each reach secret in use and each day that counts,
// again every few hours and whenever the addresses change.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/clock.h"
#include "core/directory/beacon.h"
#include "core/directory/directory.h"
#include "core/node/profile.h"
#include "core/transport/transport.h"

#include <functional>
#include <map>

namespace kith::node {

class BeaconPublisher {
  public:
    /// docs/spec/directory.md#publishing.
    static constexpr Duration period = hours(6);
    static constexpr Duration period_spread = hours(1);
    static constexpr Duration next_epoch_ahead = hours(8);
    /// Doubles with each failure: the directory keeps what it was given and tries by itself, and a
    /// node that was alone hears of the first other one.
    static constexpr Duration failed_retry = seconds(20);
    static constexpr Duration longest_retry = hours(1);
    /// When a newer beacon of ours was found than the one just published.
    static constexpr Duration outdone_retry = seconds(1);
    static constexpr Duration debounce = milliseconds(50);

    BeaconPublisher(directory::Directory& directory,
                    transport::Transport& transport,
                    const Profile& profile,
                    Random& random,
                    Clock& clock,
                    std::vector<Endpoint> announce,
                    const asio::any_io_executor& executor);

    void start();
    [[nodiscard]] Task<> stop();

    /// Reach secret or device list changed: publishes soon, whatever is under way.
    void changed();
    /// As changed(), if this device would tell other addresses than it last did.
    void addresses_changed();

    /// Asked for the mailboxes that stand in the beacon; beacon_boxes at most.
    void on_boxes(std::function<std::vector<directory::BeaconBox>()> boxes) {
        boxes_ = std::move(boxes);
    }

    /// What is asked of strangers.
    struct Asked {
        std::uint16_t effort = 0;  ///< in rCPU
        bool open = true;          ///< they may write
    };

    /// Asked for what a beacon for this day is to ask of strangers; it goes out right after.
    void on_asked(std::function<Asked(const crypto::ReachSecret&, directory::Epoch)> asked) {
        asked_ = std::move(asked);
    }

    /// Where the router lets others in.
    void set_external(std::optional<Endpoint> external);

    /// What this device tells others: configured, else where the router lets them in and where it
    /// listens.
    std::vector<Endpoint> endpoints() const;

    /// Beacons of today were published and read back at least once.
    bool published() const { return published_; }

  private:
    [[nodiscard]] Task<> run();
    [[nodiscard]] Task<bool> publish_all();
    [[nodiscard]] Task<bool> publish(crypto::ReachSecret reach, directory::Epoch epoch);
    struct Handed;
    [[nodiscard]] Task<> hand_in(std::array<directory::Record, 2> records,
                                 std::shared_ptr<Handed> handed);
    [[nodiscard]] Task<> find_newer(directory::Slots slots,
                                    directory::Epoch epoch,
                                    directory::Revision told);
    std::uint32_t highest_rev(directory::Epoch epoch) const;

    directory::Directory& directory_;
    transport::Transport& transport_;
    const Profile& profile_;
    Random& random_;
    Clock& clock_;
    std::vector<Endpoint> announce_;
    std::optional<Endpoint> external_;
    std::vector<Endpoint> told_;
    std::function<std::vector<directory::BeaconBox>()> boxes_;
    std::function<Asked(const crypto::ReachSecret&, directory::Epoch)> asked_;
    AsyncScope scope_;
    AsyncEvent stop_;
    AsyncEvent wake_;
    std::shared_ptr<Handed> handed_;
    bool published_ = false;
    bool outdone_ = false;   // by an earlier beacon with a higher revision
    unsigned failures_ = 0;  // in a row, since anything changed
    std::map<directory::Epoch, std::uint32_t> revs_;
};

}  // namespace kith::node
