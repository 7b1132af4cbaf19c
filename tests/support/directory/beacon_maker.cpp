// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/directory/beacon_maker.h"

namespace kith::test {

BeaconMaker::BeaconMaker(std::uint64_t seed)
    : random_(seed),
      pair_(crypto::AccountKeyPair::generate(random_)),
      reach_(crypto::draw_public<crypto::ReachSecret>(random_)),
      seed_(crypto::draw_secret<crypto::BeaconSeed>(random_)) {
    content.list = {1, crypto::draw_public<crypto::DeviceListHash16>(random_)};
    content.endpoints = {
        {crypto::draw_public<crypto::CallId>(random_), true, Endpoint::v4(203, 0, 113, 9, 4222)}};
}

directory::EpochKeys BeaconMaker::keys(directory::Epoch epoch) const {
    return directory::EpochKeys::derive(account(), reach_, epoch).value();
}

directory::Certificate BeaconMaker::certificate(directory::Epoch epoch, std::uint32_t reissue) {
    directory::Certificate previous;
    previous.epoch = epoch;
    previous.reissue = reissue - 1;
    return directory::issue_certificates(pair_,
                                         reach_,
                                         seed_,
                                         content.list,
                                         epoch,
                                         1,
                                         std::span(&previous, reissue == 0 ? 0U : 1U),
                                         random_)
        .front();
}

directory::BeaconPair BeaconMaker::beacon(directory::Epoch epoch, directory::Revision revision) {
    if (content.made == Timestamp{}) content.made = directory::epoch_start(epoch);
    return directory::make_beacon(keys(epoch),
                                  directory::beacon_pair(seed_, reach_, epoch),
                                  certificate(epoch, revision.reissue),
                                  revision.rev,
                                  content,
                                  random_)
        .value();
}

std::array<directory::Record, 2> BeaconMaker::records(directory::Epoch epoch,
                                                      directory::Revision revision) {
    auto pair = beacon(epoch, revision);
    const directory::Slots slots = keys(epoch).slots;
    return {directory::Record{slots[0], std::move(pair[0])},
            directory::Record{slots[1], std::move(pair[1])}};
}

directory::Accept BeaconMaker::accept(Timestamp now) const {
    return [account = account(), reach = reach_, now](
               ByteView data) -> std::optional<directory::Revision> {
        const auto keys = directory::EpochKeys::derive(account, reach, directory::epoch_at(now));
        const auto beacon = directory::read_beacon(data, *keys, now, 0);
        if (!beacon) return std::nullopt;
        return beacon->revision;
    };
}

}  // namespace kith::test
