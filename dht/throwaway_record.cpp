// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/throwaway_record.h"

#include "core/base/assert.h"
#include "core/crypto/sign.h"
#include "core/directory/beacon.h"

namespace kith::dht {

std::array<directory::Record, 2> throwaway_record(Timestamp now, Random& random) {
    const auto account = crypto::AccountKeyPair::generate(random);
    const auto reach = crypto::draw_public<crypto::ReachSecret>(random);
    const auto seed = crypto::draw_secret<crypto::BeaconSeed>(random);
    const directory::Epoch epoch = directory::epoch_at(now);
    directory::BeaconContent content;
    content.made = now;
    const auto certificates =
        directory::issue_certificates(account, reach, seed, content.list, epoch, 1, {}, random);
    const auto keys = directory::EpochKeys::derive(account.public_key(), reach, epoch);
    KITH_ASSERT(keys.has_value());
    auto beacon = directory::make_beacon(*keys,
                                         directory::beacon_pair(seed, reach, epoch),
                                         certificates.front(),
                                         *directory::next_rev(0, 0),
                                         content,
                                         random);
    KITH_ASSERT(beacon.has_value());
    return {directory::Record{keys->slots[0], std::move(beacon->at(0))},
            directory::Record{keys->slots[1], std::move(beacon->at(1))}};
}

}  // namespace kith::dht
