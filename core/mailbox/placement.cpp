// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/placement.h"

#include <algorithm>
#include <numeric>

namespace kith::mailbox {

namespace {

using Hosts = std::vector<const HostCandidate*>;

constexpr double weight_floor = 0.05;
constexpr std::uint64_t uniform_one_in = 5;

constexpr double offer_share = 0.7;
constexpr std::uint64_t offer_bytes = std::uint64_t{2} << 30;

double mean_availability(const Hosts& hosts) {
    if (hosts.empty()) return 1;
    const double sum = std::accumulate(
        hosts.begin(), hosts.end(), 0.0, [](double so_far, const HostCandidate* host) {
            return so_far + host->availability;
        });
    return sum / static_cast<double>(hosts.size());
}

bool network_taken(const Hosts& hosts, const HostCandidate& candidate) {
    return std::ranges::any_of(
        hosts, [&](const HostCandidate* host) { return host->network == candidate.network; });
}

// May be asked now, as long as the better half of its class has room.
bool eligible(const HostCandidate& host, const Hosts& taken) {
    if (host.chosen || host.alarm || host.leaving || host.unreachable >= unreachable_limit ||
        host.conduct < score_floor)
        return false;
    if (host.lease_class != LeaseClass::Volunteer) return true;
    return host.audited && host.observed >= volunteer_probation &&
           host.availability >= availability_wanted && !network_taken(taken, host);
}

const HostCandidate* pick(const Hosts& among, bool may_be_uniform, Random& random) {
    if (may_be_uniform && random.below(uniform_one_in) == 0)
        return among[random.below(among.size())];
    double sum = 0;
    for (const HostCandidate* host : among)
        sum += std::max(weight_floor, host->score);
    double at = random.unit() * sum;
    for (const HostCandidate* host : among) {
        at -= std::max(weight_floor, host->score);
        if (at < 0) return host;
    }
    return among.back();
}

// Contacts that are seldom there come after all that are often there.
int rank(const HostCandidate& host) {
    switch (host.lease_class) {
        case LeaseClass::Own:
            return 0;
        case LeaseClass::Contact:
            return host.availability >= availability_wanted ? 1 : 3;
        case LeaseClass::Volunteer:
            return 2;
    }
    return 3;
}

// One more host, the best rank first; nullptr: nobody is left.
const HostCandidate* next_host(std::span<const HostCandidate> candidates,
                               const Hosts& taken,
                               Random& random) {
    Hosts best;
    int best_rank = 4;
    for (const HostCandidate& host : candidates) {
        if (!eligible(host, taken) || std::ranges::find(taken, &host) != taken.end()) continue;
        const int host_rank = rank(host);
        if (host_rank < best_rank) best.clear();
        best_rank = std::min(best_rank, host_rank);
        if (host_rank == best_rank) best.push_back(&host);
    }
    if (best.empty()) return nullptr;
    return pick(best, best.front()->lease_class == LeaseClass::Volunteer, random);
}

// How many hosts to have, given those that are had.
std::size_t wanted(const Hosts& hosts, std::size_t copies) {
    const bool seldom = mean_availability(hosts) < availability_wanted;
    return std::min(seldom ? copies + copies_more : copies, copies_max);
}

// Worse than none: it loses mail, or takes none any more.
bool is_useless(const HostCandidate& host) {
    const auto reason = reason_to_leave(host);
    return reason == LeaveReason::Alarm || reason == LeaveReason::Leaving;
}

}  // namespace

std::string_view to_string(LeaveReason reason) {
    switch (reason) {
        case LeaveReason::Alarm:
            return "lost mail";
        case LeaveReason::Score:
            return "low score";
        case LeaveReason::Unreachable:
            return "unreachable";
        case LeaveReason::Leaving:
            return "stops serving";
    }
    return "unknown";
}

std::optional<LeaveReason> reason_to_leave(const HostCandidate& host) {
    if (!host.chosen || host.pinned) return std::nullopt;
    if (host.alarm) return LeaveReason::Alarm;
    if (host.leaving) return LeaveReason::Leaving;
    if (host.conduct < score_floor) return LeaveReason::Score;
    if (host.unreachable >= unreachable_limit) return LeaveReason::Unreachable;
    return std::nullopt;
}

Placement choose_hosts(std::span<const HostCandidate> candidates,
                       std::size_t copies,
                       Random& random) {
    Placement out;
    Hosts good;
    Hosts bad;
    for (const HostCandidate& host : candidates) {
        if (!host.chosen) continue;
        (reason_to_leave(host) ? bad : good).push_back(&host);
    }
    for (const HostCandidate* host : good)
        out.keep.push_back(host->id);
    while (good.size() < wanted(good, copies)) {
        const HostCandidate* more = next_host(candidates, good, random);
        if (more == nullptr) break;
        good.push_back(more);
        out.add.push_back(more->id);
    }
    // One that is away may come back, and one of low score is better than none at all.
    std::ranges::stable_sort(bad, std::greater{}, [](const HostCandidate* host) {
        return std::pair(!is_useless(*host), host->availability);
    });
    for (const HostCandidate* host : bad) {
        const bool away = reason_to_leave(*host) == LeaveReason::Unreachable;
        const std::size_t enough = away ? std::min(copies, copies_max) : 1;
        if (good.size() < enough && !is_useless(*host)) {
            good.push_back(host);
            out.keep.push_back(host->id);
        } else {
            out.drain.push_back(host->id);
        }
    }
    return out;
}

bool may_offer(const OwnSituation& own) {
    return own.reachable_share >= offer_share && own.free_bytes >= offer_bytes && !own.metered;
}

}  // namespace kith::mailbox
