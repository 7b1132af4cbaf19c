// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/host_scores.h"

#include <algorithm>
#include <cmath>

namespace kith::node {
namespace {

double evidence_of(const store::ScoredHost& host, Timestamp now) {
    double sum = host.proven_losses;
    for (const auto& one : host.score.record().contributions(now))
        sum += std::abs(one.left);
    return sum;
}

}  // namespace

Result<> HostScores::load() {
    KITH_TRY(auto rows, table_.scores());
    hosts_.clear();
    for (auto& row : rows) {
        const crypto::BoxId box = row.box;
        hosts_.emplace(box, std::move(row));
    }
    return success();
}

store::ScoredHost& HostScores::at(Transaction& step, const crypto::BoxId& box, Timestamp now) {
    const auto found = hosts_.find(box);
    if (found != hosts_.end()) return found->second;
    if (hosts_.size() >= max_hosts) make_room(step, now);
    store::ScoredHost fresh{box, reputation::HostScore(now), 0, {}};
    return hosts_.emplace(box, std::move(fresh)).first->second;
}

void HostScores::make_room(Transaction& step, Timestamp now) {
    const auto least = std::ranges::min_element(
        hosts_, {}, [now](const auto& one) { return evidence_of(one.second, now); });
    table_.erase_score(step.changes, least->first);
    hosts_.erase(least);
}

void HostScores::observe(Transaction& step,
                         const crypto::BoxId& box,
                         reputation::Event event,
                         Timestamp now,
                         std::size_t count) {
    if (count == 0) return;
    auto& host = at(step, box, now);
    for (std::size_t i = 0; i < count; ++i)
        host.score.observe(event, now);
    table_.put(step.changes, host);
}

void HostScores::lost(Transaction& step, const mailbox::Receipt& proof, Timestamp now) {
    auto& host = at(step, proof.box, now);
    host.score.observe(reputation::Event::Lost, now);
    ++host.proven_losses;
    host.last_evidence = mailbox::encode(proof);
    table_.put(step.changes, host);
}

const store::ScoredHost* HostScores::find(const crypto::BoxId& box) const {
    const auto found = hosts_.find(box);
    return found == hosts_.end() ? nullptr : &found->second;
}

double HostScores::score(const crypto::BoxId& box, Timestamp now) const {
    const auto* const host = find(box);
    return host ? host->score.score(now) : reputation::HostScore(now).score(now);
}

double HostScores::conduct(const crypto::BoxId& box, Timestamp now) const {
    const auto* const host = find(box);
    return host ? host->score.record().raw_without(reputation::Event::Lost, now)
                : reputation::HostScore(now).score(now);
}

bool HostScores::alarm(const crypto::BoxId& box) const {
    const auto* const host = find(box);
    return host && host->score.losses().alarm();
}

}  // namespace kith::node
