// SPDX-License-Identifier: GPL-3.0-or-later
// An account that publishes beacons, made from a seed.
#pragma once

#include "core/crypto/sign.h"
#include "core/directory/beacon.h"
#include "core/directory/directory.h"
#include "tests/support/seeded_random.h"

namespace kith::test {

class BeaconMaker {
  public:
    explicit BeaconMaker(std::uint64_t seed);

    const crypto::AccountKey& account() const { return pair_.public_key(); }

    const crypto::ReachSecret& reach() const { return reach_; }

    directory::EpochKeys keys(directory::Epoch epoch) const;

    directory::Slots slots(directory::Epoch epoch) const { return keys(epoch).slots; }

    directory::Certificate certificate(directory::Epoch epoch, std::uint32_t reissue = 0);

    /// What the next beacons say.
    directory::BeaconContent content;

    directory::BeaconPair beacon(directory::Epoch epoch, directory::Revision revision = {0, 8});
    /// The same, ready for publish().
    std::array<directory::Record, 2> records(directory::Epoch epoch,
                                             directory::Revision revision = {0, 8});

    /// A reader of this account with its clock at `now`. Keeps nothing of the maker.
    directory::Accept accept(Timestamp now) const;

    Random& random() { return random_; }

    const crypto::AccountKeyPair& pair() const { return pair_; }

    const crypto::BeaconSeed& seed() const { return seed_; }

  private:
    SeededRandom random_;
    crypto::AccountKeyPair pair_;
    crypto::ReachSecret reach_;
    crypto::BeaconSeed seed_;
};

}  // namespace kith::test
