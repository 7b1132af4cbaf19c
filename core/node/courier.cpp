// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/courier.h"

#include "core/base/log.h"
#include "core/identity/device.h"
#include "core/node/backoff.h"
#include "core/node/courier_search.h"

#include <algorithm>

namespace kith::node {
namespace {

constexpr Duration attempt_deadline = seconds(12);
constexpr Duration dial_deadline = seconds(8);
constexpr Duration request_rest = hours(1);

std::string joined(const std::vector<Endpoint>& endpoints) {
    std::string out;
    for (const auto& endpoint : endpoints) {
        if (!out.empty()) out += ", ";
        out += to_string(endpoint);
    }
    return out;
}

// Nobody waits for a receipt: it is no reason to look for somebody again and again.
bool only_receipts(const Lane& lane) {
    for (const auto* entry = lane.front(); entry; entry = lane.next(entry->position)) {
        if (!entry->is_receipt()) return false;
    }
    return true;
}

}  // namespace

Courier::Courier(Parts parts) : parts_(std::move(parts)), scope_(parts_.executor) {}

Task<> Courier::stop() {
    stopping_ = true;
    for (auto& [account, errand] : errands_)
        errand.alarm.cancel();
    co_await scope_.join();
}

bool Courier::has_work(const crypto::AccountKey& account) const {
    const auto* const contact = std::as_const(parts_.contacts).find(account);
    if (!contact || contact->blocked()) return false;
    for (const auto& [device, lane] : parts_.outbox.lanes()) {
        if (lane->account() != account || lane->empty()) continue;
        if (device == account_lane(account)) return true;
        if (!contact->devices.find(device)) continue;  // revoked: nobody reads it any more
        const bool linked = parts_.links.find(device) != nullptr;
        const bool sealed = lane->waiting() > lane->open_count();
        if (!linked && sealed && !has_gone_out(account, *lane)) return true;
        if (lane->open_count() == 0) continue;
        const auto set = parts_.sessions.open(device);
        if (set && !(*set)->active()) return true;
        if (!linked && contact->accepted()) return true;
    }
    return false;
}

/// Whoever does not know us answers when it has looked, perhaps never: what was sent is not sent
/// again and again. The next try is made by own_requests.h, and the same bytes go once an hour.
bool Courier::has_gone_out(const crypto::AccountKey& account, const Lane& lane) const {
    const auto* const contact = std::as_const(parts_.contacts).find(account);
    if (!contact || contact->state() != identity::ContactState::PendingOut) return false;
    const auto errand = errands_.find(account);
    if (errand == errands_.end() || parts_.clock.now() >= errand->second.rest_until) return false;
    for (const auto* entry = lane.front(); entry; entry = lane.next(entry->position)) {
        const bool request =
            entry->type == static_cast<std::uint8_t>(message::ContentType::Request);
        if (!entry->open && !(request && entry->sent)) return false;
    }
    return true;
}

void Courier::wake(const crypto::AccountKey& account, bool now) {
    // Strangers come and go in any number.
    if (stopping_ || !parts_.contacts.find(account)) return;
    Errand& errand = errands_[account];
    if (now) errand.failures = 0;
    if (errand.running) {
        errand.again = true;
        return;
    }
    if (!has_work(account)) return;
    if (errand.due && !now && *errand.due > parts_.clock.now()) return;  // its alarm will ring
    begin(account);
}

void Courier::wake_all() {
    std::vector<crypto::AccountKey> all;
    parts_.contacts.for_each([&all](const auto& contact) { all.push_back(contact.account); });
    for (const auto& account : all) {
        errands_[account].next_lookup = {};
        errands_[account].looked_up.reset();
        wake(account, true);
    }
}

void Courier::greet() {
    constexpr std::size_t greeted = 5;
    std::vector<const identity::Contact*> recent;
    parts_.contacts.for_each([&](const identity::Contact& contact) {
        if (contact.accepted() && contact.last_seen) recent.push_back(&contact);
    });
    std::ranges::sort(recent, std::ranges::greater{}, &identity::Contact::last_seen);
    if (recent.size() > greeted) recent.resize(greeted);
    for (const auto* contact : recent)
        scope_.spawn(visit(contact->account));
}

void Courier::seek(const crypto::AccountKey& account) {
    if (!stopping_) scope_.spawn(visit(account));
}

Task<> Courier::visit(crypto::AccountKey account) {
    if (stopping_ || parts_.links.linked(account)) co_return;
    const auto reached = co_await reach(account, parts_.clock.now() + dial_deadline);
    if (!reached) note(account, "direct", "", outcome_of(reached.error()));
}

void Courier::renew(const crypto::AccountKey& account, const crypto::DeviceId& device) {
    const auto set = parts_.sessions.open(device);
    if (!set || !parts_.contacts.find(account)) return;
    const Timestamp now = parts_.clock.wall();
    if (renewals_.contains(device) || !(*set)->resets().allowed(now)) return;
    renewals_.insert(device);
    if (!stopping_) begin(account);
}

// NOLINTBEGIN(misc-no-recursion): each begins the other anew, no call waits for another.
void Courier::begin(const crypto::AccountKey& account) {
    Errand& errand = errands_[account];
    errand.alarm.cancel();
    if (errand.running) {
        errand.again = true;
        return;
    }
    if (running_ >= max_errands) {
        errand.due = parts_.clock.now() + milliseconds(200);
        errand.alarm = parts_.clock.call_at(*errand.due, [this, account] { begin(account); });
        return;
    }
    errand.running = true;
    errand.due.reset();
    ++running_;
    scope_.spawn(run(account));
}

Task<> Courier::run(crypto::AccountKey account) {
    const SteadyTime deadline = parts_.clock.now() + attempt_deadline;
    const bool reached = co_await attempt(account, deadline);
    --running_;
    Errand& errand = errands_[account];
    errand.running = false;
    if (stopping_) co_return;
    const bool again = std::exchange(errand.again, false);
    if (reached) errand.failures = 0;
    if (!has_work(account)) co_return;
    if (again && reached) {
        begin(account);
        co_return;
    }
    const Duration delay = dial_delay(errand.failures++, parts_.random);
    errand.due = parts_.clock.now() + delay;
    errand.alarm = parts_.clock.call_at(*errand.due, [this, account] { begin(account); });
    if (!reached && failed_) failed_(account);
}

// NOLINTEND(misc-no-recursion)

bool Courier::away(const crypto::AccountKey& account) const {
    const auto errand = errands_.find(account);
    return errand != errands_.end() && errand->second.failures > 0 && !parts_.links.linked(account);
}

bool Courier::needs_keys(const identity::Contact& contact) {
    const auto devices = contact.devices.reachable();
    if (devices.empty()) return true;
    return std::ranges::any_of(devices, [this](const auto& device) {
        if (renewals_.contains(device.id)) return true;
        const auto* const lane = parts_.outbox.lane(device.id);
        const auto set = parts_.sessions.open(device.id);
        return lane && lane->open_count() > 0 && set && !(*set)->active();
    });
}

Task<bool> Courier::attempt(crypto::AccountKey account, SteadyTime deadline) {
    const auto* contact = parts_.contacts.find(account);
    if (!contact) co_return false;
    const bool blind = needs_keys(*contact) || contact->endpoints.empty();
    SearchPointer search;
    if (contact->reach && may_look_up(account)) search = begin_search(account, blind);
    const SearchEnd end(search);
    if (search && blind) co_await search->done.wait();
    contact = parts_.contacts.find(account);
    if (stopping_ || !contact) co_return false;
    if (needs_keys(*contact)) {
        const auto fetched = co_await fetch_keys(account, deadline);
        if (!fetched) {
            note(account, "keys", "", outcome_of(fetched.error()));
            co_return false;
        }
    }
    if (auto flushed = flush_ready(account); !flushed) {
        log::warn(log::Category::Session, "not encrypted: {}", flushed.error().context);
    }
    contact = parts_.contacts.find(account);
    if (stopping_ || !contact) co_return false;
    bool reached = false;
    const auto devices = contact->devices.reachable();
    for (const auto& device : devices) {
        const auto* const lane = parts_.outbox.lane(device.id);
        if (!lane || lane->empty()) continue;
        const bool linked = co_await dial_and_search(account, device, search, deadline);
        contact = parts_.contacts.find(account);
        if (!contact) co_return false;
        reached = reached || linked;
    }
    // Not there: its mailboxes hand out what is needed to leave it with them.
    if (!reached && !stopping_ && wanted_ && wanted_(account)) {
        const auto fetched = co_await fetch_keys(account, deadline);
        if (!fetched) note(account, "keys", "", outcome_of(fetched.error()));
    }
    co_return reached;
}

std::vector<Endpoint> Courier::candidates(const identity::Contact& contact,
                                          const crypto::DeviceId& device) const {
    std::vector<Endpoint> out = contact.endpoints_of(device);
    const auto errand = errands_.find(contact.account);
    if (errand == errands_.end()) return out;
    const crypto::CallId cid = identity::call_id(device);
    if (!errand->second.beacon) return out;
    for (const auto& seen : errand->second.beacon->endpoints) {
        const bool known = std::ranges::find(out, seen.endpoint) != out.end();
        if (seen.device == cid && !known) out.push_back(seen.endpoint);
    }
    return out;
}

Task<bool> Courier::dial_and_search(crypto::AccountKey account,
                                    identity::ListedDevice device,
                                    SearchPointer search,
                                    SteadyTime deadline) {
    const auto* contact = parts_.contacts.find(account);
    if (!contact) co_return false;
    const auto tried = candidates(*contact, device.id);
    const bool linked = co_await dial(account, device, deadline);
    if (linked || !search) co_return linked;
    search->begin.set();
    co_await search->done.wait();
    contact = parts_.contacts.find(account);
    if (stopping_ || !contact || candidates(*contact, device.id) == tried) co_return false;
    co_return co_await dial(account, device, deadline);
}

Task<bool> Courier::dial(crypto::AccountKey account,
                         identity::ListedDevice device,
                         SteadyTime deadline) {
    if (parts_.links.find(device.id)) co_return true;
    const auto* const before = parts_.contacts.find(account);
    if (!before) co_return false;
    const auto ways = candidates(*before, device.id);
    if (ways.empty()) {
        note(account, "direct", "", "no address known");
        co_return false;
    }
    transport::DeviceCallee callee;
    callee.account = account;
    callee.cid = identity::call_id(device.id);
    callee.device = device.id;
    callee.signing = device.signing;
    const SteadyTime until = std::min(deadline, parts_.clock.now() + dial_deadline);
    const auto linked = co_await parts_.links.connect(callee, ways, until);
    if (!linked) {
        note(account, "direct", joined(ways), outcome_of(linked.error()));
        // What was known is stale, perhaps: ask the directory with the next try.
        Errand& errand = errands_[account];
        const auto* const lane = parts_.outbox.lane(device.id);
        const bool waited_for = lane && !only_receipts(*lane);
        if (errand.failures < eager_failures && waited_for) {
            errand.next_lookup = {};
            errand.lookups = 0;
        }
        co_return false;
    }
    const PeerLink* const link = parts_.links.find(device.id);
    auto* const contact = parts_.contacts.find(account);
    if (!link || !contact) co_return false;
    note(account, "direct", to_string(link->info().remote), "connected");
    errands_[account].lookups = 0;
    errands_[account].rest_until = parts_.clock.now() + request_rest;
    if (link->called_by_us() && parts_.commits.ready()) {
        const Timestamp now = parts_.clock.wall();
        contact->endpoint_worked(device.id, link->info().remote, now);
        contact->last_seen = now;
        Transaction step;
        parts_.contacts.put(step.changes, *contact);
        parts_.commits.join(std::move(step));
    }
    co_return true;
}

Task<Result<>> Courier::reach(crypto::AccountKey account, SteadyTime deadline) {
    const auto* contact = parts_.contacts.find(account);
    if (!contact) co_return fail(Code::NotFound, "no such contact");
    const bool blind = contact->endpoints.empty() || contact->devices.reachable().empty();
    const SearchPointer search = begin_search(account, blind);
    const SearchEnd end(search);
    if (blind) co_await search->done.wait();
    contact = parts_.contacts.find(account);
    if (contact && contact->devices.reachable().empty()) {
        KITH_CO_CHECK(co_await fetch_keys(account, deadline));
        contact = parts_.contacts.find(account);
    }
    if (!contact) co_return fail(Code::NotFound, "no such contact");
    const auto devices = contact->devices.reachable();
    for (const auto& device : devices) {
        const bool linked = co_await dial_and_search(account, device, search, deadline);
        if (linked) co_return success();
    }
    co_return fail(Code::Unreachable, "no device of this contact answered");
}

// --- What happened

void Courier::note(const crypto::AccountKey& account,
                   std::string step,
                   std::string target,
                   std::string result) {
    auto& attempts = errands_[account].attempts;
    if (attempts.size() >= max_attempts) attempts.pop_front();
    attempts.push_back(
        {parts_.clock.wall(), std::move(step), std::move(target), std::move(result)});
}

bool Courier::found_lately(const crypto::AccountKey& account) const {
    const auto errand = errands_.find(account);
    if (errand == errands_.end() || !errand->second.found) return false;
    return parts_.clock.wall() - *errand->second.found < hours(24);
}

const std::deque<Attempt>& Courier::attempts(const crypto::AccountKey& account) const {
    static const std::deque<Attempt> none;
    const auto found = errands_.find(account);
    return found == errands_.end() ? none : found->second.attempts;
}

std::optional<SteadyTime> Courier::next_try(const crypto::AccountKey& account) const {
    const auto found = errands_.find(account);
    return found == errands_.end() ? std::nullopt : found->second.due;
}

}  // namespace kith::node
