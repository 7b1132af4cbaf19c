// SPDX-License-Identifier: GPL-3.0-or-later
// What our beacons ask of strangers, and what they asked on the last days: whoever was on the way
// for a week is judged by what it could read. One for each reach secret in use. Strand only.
// Specification: docs/spec/reputation.md#arrival.
#pragma once

#include "core/base/clock.h"
#include "core/directory/epoch.h"
#include "core/node/profile.h"
#include "core/node/transaction.h"
#include "core/store/request_table.h"

#include <vector>

namespace kith::node {

class AskedWorkBook {
  public:
    AskedWorkBook(const Profile& profile, store::Store& store, Commits& commits, const Clock& clock)
        : profile_(profile), table_(store), commits_(commits), clock_(clock) {}

    /// Before anything else, and again after a failed commit.
    Result<> load();

    /// A beacon for this day goes out and asks for this effort, in rCPU.
    void publish(const crypto::ReachSecret& reach, directory::Epoch epoch, std::uint16_t effort);

    /// Beacons that ask for this were handed to our mailboxes, for `days` days from `first`.
    void hand_out(const crypto::ReachSecret& reach,
                  directory::Epoch first,
                  std::uint64_t days,
                  std::uint16_t effort);

    /// The days that tickets may name, for each reach secret. Valid until the next call.
    const std::vector<store::AskedWork>& current();

    /// A_e of those days and reach secrets, whether they were published or not: invitations carry
    /// the address themselves.
    const std::vector<crypto::BlindedAccountKey>& names();

  private:
    store::AskedWork& of(const crypto::ReachSecret& reach);
    std::optional<reputation::RecipientDay> day(const crypto::ReachSecret& reach,
                                                directory::Epoch epoch) const;
    void save(const store::AskedWork& asked);

    const Profile& profile_;
    store::RequestTable table_;
    Commits& commits_;
    const Clock& clock_;
    std::vector<store::AskedWork> asked_;
    std::vector<crypto::BlindedAccountKey> names_;
    directory::Epoch names_epoch_;
    std::vector<crypto::ReachSecret> names_reach_;
};

}  // namespace kith::node
