// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/account_serve.h"

#include <algorithm>

namespace kith::node {

bool AccountServe::allowed(const Endpoint& source) {
    if (source.is_loopback()) return true;
    const SteadyTime now = clock_.now();
    if (sources_.size() >= max_sources) {
        std::erase_if(sources_, [now](const auto& entry) { return entry.second.idle(now); });
        if (sources_.size() >= max_sources) return false;
    }
    const auto [entry, added] =
        sources_.try_emplace(prefix_of(source), RateLimit(per_minute / 60, burst));
    return entry->second.take(now);
}

const crypto::ReachSecret* AccountServe::named(const std::array<std::uint8_t, 32>& blinded) {
    const Timestamp now = clock_.wall();
    const auto today = directory::epoch_at(now);
    const auto reaches = profile_.published(now);
    if (names_.empty() || names_epoch_ != today || names_reach_ != reaches) {
        names_.clear();
        names_epoch_ = today;
        names_reach_ = reaches;
        for (const auto& reach : reaches) {
            for (std::uint64_t e = today.value() - 1; e <= today.value() + 1; ++e) {
                const auto keys =
                    directory::EpochKeys::derive(profile_.account(), reach, directory::Epoch(e));
                if (keys) names_.push_back({keys->account, reach});
            }
        }
    }
    const auto found =
        std::ranges::find(names_, blinded, [](const Name& name) { return name.blinded.array(); });
    return found == names_.end() ? nullptr : &found->reach;
}

void AccountServe::answer(PeerLink& link, const wire::GetBundle& request) {
    wire::BundleAnswer answer;
    answer.q = request.q;
    const auto* const reach = allowed(link.info().remote) ? named(request.blinded) : nullptr;
    Bytes bundle;
    std::optional<Bytes> one_time;
    Transaction step;
    if (reach && (request.want & wire::GetBundle::want_bundle) != 0) {
        if (auto sealed = prekeys_.bundle(profile_, *reach, random_)) {
            bundle = *std::move(sealed);
            answer.bundle = ByteView(bundle);
        }
    }
    const bool wants_one_time = (request.want & wire::GetBundle::want_one_time) != 0;
    if (reach && wants_one_time && commits_.ready()) {
        one_time = prekeys_.hand_out(step.changes, profile_, *reach, random_, clock_.wall());
        if (one_time) answer.one_time.emplace_back(*one_time);
    }
    Bytes frame;
    wire::append_frame(frame, answer);
    if (step.changes.empty()) {
        link.reply(frame);
        return;
    }
    // The private half is on disk before the public one leaves.
    step.after.emplace_back([this, serial = link.serial(), frame = std::move(frame)] {
        if (auto* const asker = links_.by_serial(serial)) asker->reply(frame);
    });
    commits_.join(std::move(step));
}

}  // namespace kith::node
