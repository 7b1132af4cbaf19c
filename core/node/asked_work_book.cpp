// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/asked_work_book.h"

#include "core/base/log.h"

#include <algorithm>

namespace kith::node {

Result<> AskedWorkBook::load() {
    KITH_TRY(asked_, table_.asked());
    return success();
}

store::AskedWork& AskedWorkBook::of(const crypto::ReachSecret& reach) {
    const auto known = std::ranges::find(asked_, reach, &store::AskedWork::reach);
    if (known != asked_.end()) return *known;
    store::AskedWork fresh;
    fresh.reach = reach;
    asked_.push_back(std::move(fresh));
    return asked_.back();
}

std::optional<reputation::RecipientDay> AskedWorkBook::day(const crypto::ReachSecret& reach,
                                                           directory::Epoch epoch) const {
    const auto& account = profile_.stored().account;
    const auto keys = directory::EpochKeys::derive(account.key, reach, epoch);
    if (!keys) return std::nullopt;
    const auto pair = directory::beacon_pair(account.beacon_seed, reach, epoch);
    return reputation::RecipientDay{keys->account, epoch.value(), pair.public_key()};
}

void AskedWorkBook::save(const store::AskedWork& asked) {
    // Lost with a failed commit: the next beacon says it again.
    if (!commits_.ready()) return;
    Transaction step;
    table_.put(step.changes, asked);
    commits_.join(std::move(step));
}

void AskedWorkBook::publish(const crypto::ReachSecret& reach,
                            directory::Epoch epoch,
                            std::uint16_t effort) {
    const auto today = day(reach, epoch);
    if (!today) return;
    store::AskedWork& asked = of(reach);
    const auto before = asked.policies;
    asked.policies.publish(*today, effort);
    asked.policies.forget_before(directory::epoch_at(clock_.wall()).value());
    if (asked.policies != before) save(asked);
}

void AskedWorkBook::hand_out(const crypto::ReachSecret& reach,
                             directory::Epoch first,
                             std::uint64_t days,
                             std::uint16_t effort) {
    store::AskedWork& asked = of(reach);
    const std::uint64_t last = first.value() + days - 1;
    // Boxes may still hold the beacons from before: the least that any of them asks counts.
    const bool overlaps = asked.ahead_last >= first.value();
    asked.ahead_first = first.value();
    asked.ahead_last = last;
    asked.ahead_effort = overlaps ? std::min(asked.ahead_effort, effort) : effort;
    save(asked);
}

const std::vector<store::AskedWork>& AskedWorkBook::current() {
    const std::uint64_t today = directory::epoch_at(clock_.wall()).value();
    const auto in_use = profile_.published(clock_.wall());
    for (store::AskedWork& asked : asked_) {
        // An old secret counts as long as its last day.
        if (std::ranges::find(in_use, asked.reach) == in_use.end()) continue;
        const std::uint64_t first = std::max(asked.ahead_first, today - reputation::oldest_epoch);
        const std::uint64_t last = std::min(asked.ahead_last, today + reputation::newest_epoch);
        for (std::uint64_t epoch = first; epoch <= last; ++epoch) {
            if (asked.policies.find(epoch)) continue;
            const auto made = day(asked.reach, directory::Epoch(epoch));
            if (made) asked.policies.publish(*made, asked.ahead_effort);
        }
        asked.policies.forget_before(today);
    }
    return asked_;
}

const std::vector<crypto::BlindedAccountKey>& AskedWorkBook::names() {
    const Timestamp now = clock_.wall();
    const auto today = directory::epoch_at(now);
    const auto in_use = profile_.published(now);
    if (!names_.empty() && names_epoch_ == today && names_reach_ == in_use) return names_;
    names_.clear();
    names_epoch_ = today;
    names_reach_ = in_use;
    for (const auto& reach : in_use) {
        const std::uint64_t first = today.value() - reputation::oldest_epoch;
        for (std::uint64_t e = first; e <= today.value() + reputation::newest_epoch; ++e) {
            const auto keys =
                directory::EpochKeys::derive(profile_.account(), reach, directory::Epoch(e));
            if (keys) names_.push_back(keys->account);
        }
    }
    return names_;
}

}  // namespace kith::node
