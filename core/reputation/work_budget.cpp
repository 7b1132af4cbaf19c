// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/work_budget.h"

#include "core/base/assert.h"
#include "core/reputation/effort.h"

#include <algorithm>

namespace kith::reputation {
namespace {

constexpr Duration share_of_a_second = milliseconds(100);
constexpr std::int64_t least_a_second = 4;
constexpr std::int64_t most_a_second = 200;

constexpr Pace source_pace = Pace::of(5, seconds(1));
// Whoever has a /32 of IPv6 has 65,536 prefixes: together they count as ten.
constexpr Pace wide_pace = Pace::of(50, milliseconds(100));

constexpr Duration first_penalty = minutes(1);
constexpr Duration longest_penalty = minutes(60);
constexpr Duration between_sweeps = seconds(1);

NetworkPrefix leading(const Endpoint& endpoint, std::size_t bytes) {
    NetworkPrefix out{};
    std::copy_n(endpoint.address.begin(), bytes, out.begin());
    // Keeps prefixes of different lengths apart; neither reaches this byte.
    out[15] = static_cast<std::uint8_t>(bytes);
    return out;
}

std::optional<NetworkPrefix> wide_source(const Endpoint& endpoint) {
    if (endpoint.is_v4()) return std::nullopt;
    return leading(endpoint, 4);
}

// Mail comes from anybody. Loopback: programs of this host, or a proxy for half the world; one
// address says nothing of who it is, and a port is free to choose. Only the total bounds these.
bool is_source(const std::optional<Endpoint>& from) {
    return from && !from->is_loopback();
}

}  // namespace

NetworkPrefix work_source(const Endpoint& endpoint) {
    return leading(endpoint, endpoint.is_v4() ? 15 : 6);
}

WorkBudget::WorkBudget(Duration evaluation)
    : per_second_(static_cast<std::uint32_t>(std::clamp(
          share_of_a_second / std::max(evaluation, Duration(1)), least_a_second, most_a_second))),
      total_pace_(Pace::of(per_second_, Duration(seconds(1)) / per_second_)) {}

/// nullptr: nothing is owed.
WorkBudget::Source* WorkBudget::find(const NetworkPrefix& prefix) {
    const auto found = sources_.find(prefix);
    return found == sources_.end() ? nullptr : &found->second;
}

/// nullptr: too many sources are known. Moves no other source.
WorkBudget::Source* WorkBudget::source(const NetworkPrefix& prefix) {
    if (Source* const known = find(prefix)) return known;
    return sources_.size() < sources_max ? &sources_[prefix] : nullptr;
}

/// Moves sources: before any of them is looked up.
void WorkBudget::make_room(SteadyTime now) {
    if (sources_.size() + 2 <= sources_max || now < swept_ + between_sweeps) return;
    swept_ = now;
    std::erase_if(sources_, [&](const auto& entry) {
        const Source& source = entry.second;
        return source.proofs.idle(now) && !source.penalty.active(now);
    });
}

WorkBudget::Permit WorkBudget::ask(const std::optional<Endpoint>& from, SteadyTime now) {
    make_room(now);
    Duration wait = running_ < at_once ? Duration::zero() : Duration(milliseconds(100));
    wait = std::max(wait, total_.wait(total_pace_, now, sub_puzzles));
    if (!is_source(from)) {
        if (wait > Duration::zero()) return {Answer::Later, wait};
        total_.take(total_pace_, now, sub_puzzles);
        ++running_;
        return {};
    }
    const NetworkPrefix narrow = work_source(*from);
    const auto wide = wide_source(*from);
    if (const Source* const known = find(narrow)) {
        if (known->penalty.active(now)) return {Answer::Drop, known->penalty.left(now)};
        wait = std::max(wait, known->proofs.wait(source_pace, now));
    }
    const Source* const known_wide = wide ? find(*wide) : nullptr;
    if (known_wide != nullptr) wait = std::max(wait, known_wide->proofs.wait(wide_pace, now));
    if (wait > Duration::zero()) return {Answer::Later, wait};
    total_.take(total_pace_, now, sub_puzzles);
    if (Source* const booked = source(narrow)) booked->proofs.take(source_pace, now);
    if (Source* const booked = wide ? source(*wide) : nullptr) booked->proofs.take(wide_pace, now);
    ++running_;
    return {};
}

void WorkBudget::finished(const std::optional<Endpoint>& from,
                          unsigned evaluations,
                          bool valid,
                          SteadyTime now) {
    KITH_ASSERT(running_ > 0);
    --running_;
    if (evaluations < sub_puzzles) total_.give_back(total_pace_, sub_puzzles - evaluations);
    if (valid || !is_source(from)) return;
    if (Source* const liar = source(work_source(*from))) {
        liar->penalty.strike(first_penalty, longest_penalty, now);
    }
}

}  // namespace kith::reputation
