// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/mailbox_publication.h"

#include "core/base/log.h"

namespace kith::node {

bool MailboxPublication::refresh(const std::vector<directory::BeaconBox>& hosts,
                                 Asked asked,
                                 Random& random,
                                 Timestamp now) {
    const directory::Epoch today = directory::epoch_at(now);
    const std::uint64_t seq = profile_.list().list().seq;
    const bool same = today == epoch_ && seq == list_seq_ && hosts == hosts_ && asked == asked_;
    if (!stale_ && same) return false;
    stale_ = false;
    asked_ = asked;
    epoch_ = today;
    list_seq_ = seq;
    hosts_ = hosts;
    if (auto made = make_beacons(hosts, random, now); !made) {
        log::warn(log::Category::Directory, "no beacons ahead: {}", made.error().context);
    }
    auto bundle = prekeys_.bundle(profile_, profile_.stored().account.reach, random);
    if (bundle) bundle_ = *std::move(bundle);
    return true;
}

Result<> MailboxPublication::make_beacons(const std::vector<directory::BeaconBox>& hosts,
                                          Random& random,
                                          Timestamp now) {
    const auto& account = profile_.stored().account;
    directory::BeaconContent content;
    content.list = {profile_.list().list().seq, profile_.list().hash16()};
    content.made = now;
    content.stranger_desk = asked_.open;
    content.effort = asked_.effort;
    content.boxes = hosts;
    beacons_.clear();
    for (std::uint64_t i = 0; i < epochs_ahead; ++i) {
        const directory::Epoch epoch(epoch_.value() + i);
        const auto* const certificate = profile_.certificate(account.reach, epoch);
        if (!certificate) continue;
        KITH_TRY(const auto keys, directory::EpochKeys::derive(account.key, account.reach, epoch));
        const auto signer = directory::beacon_pair(account.beacon_seed, account.reach, epoch);
        // The lowest number: whatever this device publishes itself outranks it.
        const auto rev = directory::next_rev(0, 0);
        if (!rev) return fail(Code::Internal, "no revision is left");
        KITH_TRY(const auto pair,
                 directory::make_beacon(keys, signer, *certificate, *rev, content, random));
        beacons_.insert(beacons_.end(), pair.begin(), pair.end());
    }
    return success();
}

}  // namespace kith::node
