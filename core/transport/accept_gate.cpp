// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/accept_gate.h"

#include <algorithm>
#include <tuple>

namespace kith::transport {
namespace {

constexpr std::uint32_t wrong_calls = 10;
constexpr Duration wrong_window = minutes(1);
constexpr Duration wrong_refusal = minutes(10);
constexpr std::uint32_t breaches_allowed = 3;
constexpr Duration breach_window = minutes(10);
constexpr Duration breach_refusal = minutes(1);
constexpr Duration breach_refusal_max = minutes(60);
// How long a source from which a contact came keeps its privilege.
constexpr Duration contact_memory = hours(24);
// A handshake takes less than this on all but the worst paths; when handshakes are scarce, older
// ones make room.
constexpr Duration handshake_grace = seconds(1);

// Links that eviction spares, by what an attacker finds hard to fake.
constexpr std::size_t spared_by_source = 4;
constexpr std::size_t spared_by_round_trip = 8;
constexpr std::size_t spared_by_use = 4;

// One more event in a window that began at `since`; a window that is over starts anew.
std::uint32_t count(SteadyTime& since, std::uint32_t& events, Duration window, SteadyTime now) {
    if (events == 0 || now - since >= window) {
        since = now;
        events = 0;
    }
    return ++events;
}

// splitmix64's finaliser: spreads, and hides the salt well enough for a tie-break.
std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

// Takes the first `count` of the order `before` out of `pool`.
template <class Pool, class Before>
void spare(Pool& pool, std::size_t count, Before before) {
    std::ranges::stable_sort(pool, before);
    pool.erase(pool.begin(),
               pool.begin() + static_cast<std::ptrdiff_t>(std::min(count, pool.size())));
}

}  // namespace

AcceptGate::Source::Source()
    : handshakes(limits::handshakes_per_source, limits::handshakes_burst) {}

bool AcceptGate::Source::idle(SteadyTime now) const {
    // A next breach would cost more than the last one for a while: that is owed, too.
    const Duration memory = refusals == 0 ? Duration::zero() : breach_refusal_max;
    return handshakes.idle(now) && refused_until + memory <= now && contact_until <= now &&
           (wrong == 0 || now - wrong_since >= wrong_window) &&
           (breaches == 0 || now - breach_since >= breach_window);
}

AcceptGate::AcceptGate(GateLimits caps, std::uint64_t salt)
    : caps_(caps), salt_(salt), all_(limits::handshakes_all, limits::handshakes_all) {}

GateDecision AcceptGate::admit(const Endpoint& from, SteadyTime now) {
    const NetworkPrefix prefix = prefix_of(from);
    Source& origin = source(prefix, now);
    if (now < origin.refused_until) return {GateVerdict::Banned, 0, {}};
    if (!origin.handshakes.take(now)) return {GateVerdict::SourceRate, 0, {}};
    const bool known = now < origin.contact_until;
    if (!known && !all_.take(now)) return {GateVerdict::TotalRate, 0, {}};

    const auto held = std::ranges::count_if(
        links_, [&prefix](const auto& item) { return item.second.source == prefix; });
    if (static_cast<std::size_t>(held) >= cap_of(from)) return {GateVerdict::SourceFull, 0, {}};

    std::optional<GateTicket> evict;
    if (before_open_ >= caps_.before_open) {
        evict = stale_handshake(now);
        if (!evict) return {GateVerdict::HandshakesFull, 0, {}};
    } else if (links_.size() >= caps_.inbound) {
        evict = victim(unprotected);
        if (!evict) return {GateVerdict::Full, 0, {}};
    }
    if (evict) closed(*evict);

    Link link;
    link.source = prefix;
    link.since = now;
    link.useful = now;
    links_.emplace(++last_, link);
    ++before_open_;
    return {GateVerdict::Admitted, last_, evict};
}

std::optional<GateTicket> AcceptGate::opened(GateTicket ticket, Guest guest, SteadyTime now) {
    const auto found = links_.find(ticket);
    if (found == links_.end() || found->second.open) return std::nullopt;
    Link& link = found->second;
    link.open = true;
    link.guest = guest;
    link.useful = now;
    --before_open_;
    if (guest == Guest::Contact) {
        link.is_protected = true;
        source(link.source, now).contact_until = now + contact_memory;
        return std::nullopt;
    }
    const auto evict = crowded_out(ticket, guest);
    if (evict) closed(*evict);
    return evict;
}

/// Whom the places that are left for contacts, or for other work, need.
std::optional<GateTicket> AcceptGate::crowded_out(GateTicket newcomer, Guest guest) const {
    const auto count = [this](bool (*matches)(const Link&)) {
        return static_cast<std::size_t>(std::ranges::count_if(
            links_, [matches](const auto& item) { return matches(item.second); }));
    };
    const auto stranger = [](const Link& link) { return link.is_stranger(); };
    if (guest == Guest::Stranger && count(stranger) > caps_.strangers) {
        return victim(stranger).value_or(newcomer);
    }
    const auto others = count([](const Link& link) { return link.open && !link.is_protected; });
    if (others + caps_.kept_for_contacts <= caps_.inbound) return std::nullopt;
    return victim(unprotected).value_or(newcomer);
}

void AcceptGate::set_round_trip(GateTicket ticket, Duration round_trip) {
    if (const auto found = links_.find(ticket); found != links_.end()) {
        found->second.round_trip = round_trip;
    }
}

void AcceptGate::set_useful(GateTicket ticket, SteadyTime now) {
    if (const auto found = links_.find(ticket); found != links_.end()) found->second.useful = now;
}

void AcceptGate::set_protected(GateTicket ticket) {
    if (const auto found = links_.find(ticket); found != links_.end()) {
        found->second.is_protected = true;
    }
}

void AcceptGate::closed(GateTicket ticket) {
    const auto found = links_.find(ticket);
    if (found == links_.end()) return;
    if (!found->second.open) --before_open_;
    links_.erase(found);
}

void AcceptGate::failed_call(const Endpoint& from, SteadyTime now) {
    Source& origin = source(prefix_of(from), now);
    if (count(origin.wrong_since, origin.wrong, wrong_window, now) < wrong_calls) return;
    origin.wrong = 0;
    origin.refused_until = std::max(origin.refused_until, now + wrong_refusal);
}

void AcceptGate::malformed(const Endpoint& from, SteadyTime now) {
    Source& origin = source(prefix_of(from), now);
    // Good behaviour for as long as the longest refusal wipes the slate clean.
    if (origin.refusals > 0 && now - origin.refused_until >= breach_refusal_max) {
        origin.refusals = 0;
    }
    if (count(origin.breach_since, origin.breaches, breach_window, now) < breaches_allowed) return;
    origin.breaches = 0;
    const unsigned doublings = std::min(origin.refusals++, 6U);
    const Duration refusal = std::min(breach_refusal * (1 << doublings), breach_refusal_max);
    origin.refused_until = std::max(origin.refused_until, now + refusal);
}

std::optional<GateTicket> AcceptGate::evict_idlest() {
    std::optional<GateTicket> idlest;
    for (const auto& [ticket, link] : links_) {
        if (!link.open || link.is_protected) continue;
        if (!idlest || link.useful < links_.at(*idlest).useful) idlest = ticket;
    }
    if (idlest) closed(*idlest);
    return idlest;
}

AcceptGate::Source& AcceptGate::source(const NetworkPrefix& prefix, SteadyTime now) {
    if (const auto found = sources_.find(prefix); found != sources_.end()) return found->second;
    if (sources_.size() >= gate_sources) make_room_for_source(now);
    return sources_[prefix];
}

void AcceptGate::make_room_for_source(SteadyTime now) {
    std::erase_if(sources_, [now](const auto& item) { return item.second.idle(now); });
    if (sources_.size() < gate_sources) return;
    // All owe something: the one that is refused for the shortest time is forgotten.
    const auto least = std::ranges::min_element(sources_, {}, [](const auto& item) {
        const Source& origin = item.second;
        return std::tuple(origin.contact_until, origin.refused_until, origin.wrong_since);
    });
    sources_.erase(least);
}

std::size_t AcceptGate::cap_of(const Endpoint& from) const {
    const bool own = std::ranges::any_of(
        local_, [&from](const LocalAddress& local) { return local.contains(from); });
    return own ? caps_.per_own_source : caps_.per_source;
}

std::optional<GateTicket> AcceptGate::stale_handshake(SteadyTime now) const {
    // Tickets rise, so the first one seen of each source is its oldest.
    std::map<NetworkPrefix, std::pair<std::size_t, GateTicket>> by_source;
    for (const auto& [ticket, link] : links_) {
        if (!link.open) ++by_source.try_emplace(link.source, 0, ticket).first->second.first;
    }
    std::optional<GateTicket> oldest;
    std::size_t most = 0;
    for (const auto& [prefix, group] : by_source) {
        const auto& [size, ticket] = group;
        if (now - links_.at(ticket).since < handshake_grace || size <= most) continue;
        most = size;
        oldest = ticket;
    }
    return oldest;
}

std::optional<GateTicket> AcceptGate::victim(bool (*may_go)(const Link&)) const {
    std::vector<Links::const_pointer> pool;
    for (const auto& item : links_) {
        if (may_go(item.second)) pool.push_back(&item);
    }
    spare(pool, spared_by_source, [this](const auto* a, const auto* b) {
        return keyed(a->second.source) < keyed(b->second.source);
    });
    spare(pool, spared_by_round_trip, [](const auto* a, const auto* b) {
        return a->second.round_trip.value_or(Duration::max()) <
               b->second.round_trip.value_or(Duration::max());
    });
    spare(pool, spared_by_use, [](const auto* a, const auto* b) {
        return a->second.useful > b->second.useful;
    });
    spare(pool, pool.size() / 2, [](const auto* a, const auto* b) {
        return a->first < b->first;  // tickets rise with time
    });
    if (pool.empty()) return std::nullopt;

    std::map<NetworkPrefix, std::pair<std::size_t, GateTicket>> by_source;
    for (const auto* item : pool) {
        auto& [size, youngest] = by_source[item->second.source];
        ++size;
        youngest = std::max(youngest, item->first);
    }
    const auto largest =
        std::ranges::max_element(by_source, {}, [](const auto& item) { return item.second; });
    return largest->second.second;
}

std::uint64_t AcceptGate::keyed(const NetworkPrefix& prefix) const {
    const ByteView bytes(prefix);
    return mix(mix(salt_ ^ read_be<std::uint64_t>(bytes)) ^
               read_be<std::uint64_t>(bytes.subspan(8)));
}

}  // namespace kith::transport
