// SPDX-License-Identifier: GPL-3.0-or-later
// How the courier finds out where people are: beacons, their mailboxes. A part of courier.h.
#include "core/node/backoff.h"
#include "core/node/courier_search.h"

#include <algorithm>

namespace kith::node {
namespace {

// Places in the schedule of look-ups (backoff.h): five minutes, an hour.
constexpr unsigned often = 2;
constexpr unsigned seldom = 4;

}  // namespace

std::string Courier::outcome_of(const Error& error) {
    switch (error.code) {
        case Code::Timeout:
            return "no answer in time";
        case Code::Unreachable:
            return "no answer";
        case Code::NotFound:
            return "nothing found";
        default:
            return error.context.empty() ? std::string(to_string(error.code)) : error.context;
    }
}

const Whereabouts* Courier::beacon(const crypto::AccountKey& account) const {
    const auto errand = errands_.find(account);
    if (errand == errands_.end() || !errand->second.beacon) return nullptr;
    return &*errand->second.beacon;
}

void Courier::search(const crypto::AccountKey& account) {
    if (!stopping_) scope_.spawn(look_up(account, parts_.clock.now() + lookup_deadline));
}

// Mail that lies in mailboxes finds its reader without us.
bool Courier::all_kept(const crypto::AccountKey& account) const {
    if (!kept_) return false;
    for (const auto& [device, lane] : parts_.outbox.lanes()) {
        if (lane->account() != account) continue;
        for (const auto* entry = lane->front(); entry; entry = lane->next(entry->position)) {
            if (entry->open || !kept_(device, entry->id)) return false;
        }
    }
    return true;
}

bool Courier::may_look_up(const crypto::AccountKey& account) const {
    const auto errand = errands_.find(account);
    if (errand == errands_.end()) return true;
    const SteadyTime now = parts_.clock.now();
    if (now < errand->second.next_lookup) return false;
    const auto& last = errand->second.looked_up;
    return !last || now - *last >= kept_lookup_delay || !all_kept(account);
}

Courier::SearchPointer Courier::begin_search(const crypto::AccountKey& account, bool blind) {
    auto search = std::make_shared<Search>(parts_.executor);
    if (blind) search->begin.set();
    scope_.spawn(look_up_beside(account, search));
    return search;
}

Task<> Courier::look_up_beside(crypto::AccountKey account, SearchPointer search) {
    (void)co_await sleep_for(parts_.clock, dial_head_start, search->begin);
    if (!search->over && !stopping_) {
        co_await look_up(account, parts_.clock.now() + lookup_deadline);
    }
    search->done.set();
}

// Nodes that hold an old beacon may answer first: what is older than what we know changes nothing.
bool Courier::learn(const crypto::AccountKey& account, const Whereabouts& found) {
    Errand& errand = errands_[account];
    errand.found = parts_.clock.wall();
    if (errand.beacon && found.version <= errand.beacon->version) return false;
    errand.beacon = found;
    return true;
}

void Courier::on_better(const crypto::AccountKey& account, const Whereabouts& found) {
    if (stopping_ || !learn(account, found)) return;
    note(account, "look-up", "", "a newer beacon");
    if (has_work(account)) begin(account);
}

Task<> Courier::look_up(crypto::AccountKey account, SteadyTime deadline) {
    const auto* const contact = parts_.contacts.find(account);
    if (!contact || !contact->reach) co_return;
    {
        Errand& errand = errands_[account];
        errand.next_lookup = parts_.clock.now() + lookup_delay(errand.lookups++, parts_.random);
    }
    const auto* const newest = contact->devices.newest();
    const std::uint64_t known = newest ? newest->list().seq : 0;
    const crypto::ReachSecret reach = *contact->reach;
    BeaconLookup::OnFound better =
        [this, account, alive = std::weak_ptr<bool>(alive_)](Whereabouts newer) {
            if (!alive.expired()) on_better(account, newer);
        };
    const auto found =
        co_await parts_.beacons.find(account, reach, known, deadline, std::move(better));
    Errand& errand = errands_[account];
    if (!found) {
        note(account, "look-up", "", outcome_of(found.error()));
        // Alone is no answer: ask again as soon as there is somebody to ask.
        if (found.error().code != Code::NotFound) {
            errand.next_lookup = {};
        } else {
            errand.looked_up = parts_.clock.now();
        }
        co_return;
    }
    errand.looked_up = parts_.clock.now();
    // Who has just been somewhere new is looked for often; of who is away since, the same beacon
    // comes again and again, at 25 KB each time.
    const bool newer = learn(account, *found);
    errand.lookups = std::min(errand.lookups, newer ? often : seldom);
    note(account, "look-up", "", std::to_string(found->endpoints.size()) + " addresses");
    if (found_) found_(account);
}

}  // namespace kith::node
