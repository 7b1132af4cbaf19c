// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/explain.h"

#include <algorithm>
#include <cmath>

namespace kith::reputation {
namespace {

constexpr std::size_t reasons_shown = 3;
constexpr Duration far_future = days(730);

bool scores_people(const Record& record) {
    return record.context() == Context::Person || record.context() == Context::Member;
}

/// Evidence fades at two rates, so a score may rise and fall again; a day is short against both
/// half-lives, so a change that is undone within one is not worth a line.
std::optional<Change> next_change(const Record& record, Timestamp now) {
    const Standing today = record.standing(now);
    const auto differs = [&](Timestamp then) {
        const Standing standing = record.standing(then);
        return standing.tier != today.tier || standing.work != today.work;
    };
    Timestamp same = now;
    Timestamp other = now;
    do {
        same = other;
        if (same - now >= far_future) return std::nullopt;
        other = same + days(1);
    } while (!differs(other));
    while (other - same > minutes(1)) {
        const Timestamp middle = same + (other - same) / 2;
        (differs(middle) ? other : same) = middle;
    }
    return Change{other, record.standing(other)};
}

Remedy remedy_of(const Record& record, Tier tier) {
    if (record.is_blocked() || record.is_restricted()) return Remedy::Forgive;
    if (record.context() == Context::Member) {
        return tier == Tier::Restricted ? Remedy::Leave : Remedy::None;
    }
    return record.is_contact() ? Remedy::None : Remedy::Accept;
}

}  // namespace

std::vector<Reason> reasons_of(const Record& record, Timestamp now, std::size_t most) {
    std::vector<Reason> reasons;
    for (const Contribution& entry : record.contributions(now)) {
        Reason reason;
        reason.event = entry.event;
        reason.last = from_unix_seconds(entry.last);
        reason.count = entry.count;
        reason.weight = entry.sum;
        reason.left = entry.left;
        reason.effect = record.raw(now) - record.raw_without(entry.event, now);
        reasons.push_back(reason);
    }
    std::ranges::sort(reasons, [](const Reason& a, const Reason& b) {
        const double effect_a = std::abs(a.effect);
        const double effect_b = std::abs(b.effect);
        return effect_a != effect_b ? effect_a > effect_b : to_string(a.event) < to_string(b.event);
    });
    if (reasons.size() > most) reasons.resize(most);
    return reasons;
}

Explanation explain(const Record& record, Timestamp now) {
    Explanation out;
    out.context = record.context();
    out.because = reasons_of(record, now, reasons_shown);
    if (!scores_people(record)) {
        out.standing.raw = record.raw(now);
        out.standing.score = out.standing.raw;
        out.remedy = record.context() == Context::Host ? Remedy::Leave : Remedy::None;
        return out;
    }
    out.standing = record.standing(now);
    if (!record.is_contact()) out.request_refused_until = record.request_refused_until(now);
    out.next = next_change(record, now);
    out.remedy = remedy_of(record, out.standing.tier);
    return out;
}

}  // namespace kith::reputation
