// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/reputation_book.h"

#include "core/base/log.h"

#include <algorithm>
#include <utility>

namespace kith::node {
namespace {

using reputation::Admission;
using reputation::Context;
using reputation::Event;
using reputation::Record;

// Records in memory of people who are no contacts. Beyond: those that say no more than their rows
// are read again when they are needed.
constexpr std::size_t unknown_in_memory = 8192;
// Clocks of contacts that are this near agree with ours.
constexpr Duration agreement = days(1);

bool is_unknown(const Record& record) {
    return !record.is_contact() && !record.is_blocked();
}

}  // namespace

ReputationBook::ReputationBook(store::Store& store, const ContactBook& contacts, const Clock& clock)
    : table_(store),
      contacts_(contacts),
      clock_(clock),
      believed_(clock.wall()),
      steady_(clock.now()),
      on_close_(store.on_close([this](store::Changes& changes) { write_urgent(changes); })),
      on_failure_(store.on_failure([this] { drop(); })) {}

void ReputationBook::drop() {
    entries_.clear();
    dirty_.clear();
    urgent_ = false;
}

Result<> ReputationBook::load() {
    drop();
    KITH_TRY(rows_, table_.count());
    KITH_TRY(const auto believed, table_.believed());
    const Timestamp wall = clock_.wall();
    steady_ = clock_.now();
    doubting_ = believed && wall - *believed > believed_step;
    believed_ = doubting_ ? *believed : wall;
    return success();
}

// --- Time ---------------------------------------------------------------------------------------

Timestamp ReputationBook::now() {
    const Timestamp wall = clock_.wall();
    const SteadyTime steady = clock_.now();
    const Timestamp expected = believed_ + (steady - steady_);
    doubting_ = wall - expected > believed_step;
    if (doubting_ && peers_offset_) {
        const auto offset = peers_offset_();
        doubting_ = !offset || std::chrono::abs(*offset) > agreement;
    }
    believed_ = doubting_ ? expected : wall;
    steady_ = steady;
    return believed_;
}

// --- Records ------------------------------------------------------------------------------------

Result<ReputationBook::Entry*> ReputationBook::find(const crypto::AccountKey& account) {
    if (const auto known = entries_.find(account); known != entries_.end()) return &known->second;
    Bytes key = table_.key_of(Context::Person, account);
    auto stored = table_.find(key);
    if (!stored) {
        const Code code = stored.error().code;
        // Of a record that cannot be understood nothing is known; nobody is locked out for it.
        if (code != Code::Malformed && code != Code::UnsupportedVersion) {
            return tl::unexpected(std::move(stored).error());
        }
        log::warn(log::Category::Store, "a record of reputation cannot be read");
        stored = std::optional<Record>();
    }
    const auto* const contact = contacts_.find(account);
    if (!*stored && (!contact || !(contact->accepted() || contact->blocked()))) return nullptr;
    const bool row = stored->has_value();
    make_room();
    Entry entry{std::move(key), row ? **std::move(stored) : Record(Context::Person, now()), row};
    Entry& kept = entries_.emplace(account, std::move(entry)).first->second;
    follow_contact(account, kept);
    return &kept;
}

/// The contact book decides who is a contact: it may be older than the record, or its row newer.
void ReputationBook::follow_contact(const crypto::AccountKey& account, Entry& entry) {
    const auto* const contact = contacts_.find(account);
    const bool accepted = contact && contact->accepted();
    const bool blocked = contact && contact->blocked();
    Record& record = entry.record;
    if (accepted == record.is_contact() && blocked == record.is_blocked()) return;
    const Timestamp at = now();
    if (accepted && !record.is_contact()) record.accept(at);
    if (blocked && !record.is_blocked()) record.block(at);
    if (accepted && record.is_blocked()) record.forgive(at);
    if (!accepted && !blocked && record.is_contact()) record.remove(at);
    mark(account, entry, false);
}

Result<ReputationBook::Entry*> ReputationBook::open(const crypto::AccountKey& account) {
    KITH_TRY(Entry* const known, find(account));
    if (known) return known;
    make_room();
    Entry entry{table_.key_of(Context::Person, account), Record(Context::Person, now())};
    return &entries_.emplace(account, std::move(entry)).first->second;
}

void ReputationBook::make_room() {
    if (entries_.size() < unknown_in_memory + contacts_.size()) return;
    std::erase_if(entries_, [](const auto& held) {
        return !held.second.dirty && is_unknown(held.second.record);
    });
}

void ReputationBook::mark(const crypto::AccountKey& account, Entry& entry, bool urgent) {
    if (!entry.dirty) dirty_.push_back(account);
    entry.dirty = true;
    entry.urgent = entry.urgent || urgent;
    urgent_ = urgent_ || urgent;
}

// --- Asking -------------------------------------------------------------------------------------

Result<Record> ReputationBook::record(const crypto::AccountKey& account) {
    KITH_TRY(const Entry* const known, find(account));
    return known ? known->record : Record(Context::Person, now());
}

Result<reputation::Standing> ReputationBook::standing(const crypto::AccountKey& account) {
    KITH_TRY(const Entry* const known, find(account));
    const Timestamp at = now();
    return known ? known->record.standing(at) : Record(Context::Person, at).standing(at);
}

Result<Admission> ReputationBook::admit(const crypto::AccountKey& account, std::uint64_t unread) {
    KITH_TRY(Entry* const entry, open(account));
    const Admission out = entry->record.admit(unread, 1, now());
    mark(account, *entry, false);
    return out;
}

// --- What happened ------------------------------------------------------------------------------

Result<> ReputationBook::act(const crypto::AccountKey& account, const Change& change) {
    KITH_TRY(Entry* const entry, open(account));
    change(entry->record, now());
    mark(account, *entry, true);
    return success();
}

Result<> ReputationBook::accepted(const crypto::AccountKey& account) {
    return act(account, [](Record& record, Timestamp at) {
        // The contact book said so first: counted when the record was read.
        if (!record.is_contact()) record.accept(at);
    });
}

Result<> ReputationBook::declined(const crypto::AccountKey& account) {
    return act(account, [](Record& record, Timestamp at) { record.observe(Event::Declined, at); });
}

Result<> ReputationBook::reported(const crypto::AccountKey& account) {
    return act(account, [](Record& record, Timestamp at) { record.report(at); });
}

Result<> ReputationBook::forgiven(const crypto::AccountKey& account) {
    return act(account, [](Record& record, Timestamp at) { record.forgive(at); });
}

Result<> ReputationBook::blocked(const crypto::AccountKey& account) {
    return act(account, [](Record& record, Timestamp at) { record.block(at); });
}

Result<> ReputationBook::removed(const crypto::AccountKey& account) {
    return act(account, [](Record& record, Timestamp at) { record.remove(at); });
}

Result<> ReputationBook::set_bulk(const crypto::AccountKey& account, bool bulk) {
    return act(account, [bulk](Record& record, Timestamp) { record.set_bulk(bulk); });
}

Result<> ReputationBook::wrote(const crypto::AccountKey& account, bool reply) {
    return act(account, [reply](Record& record, Timestamp at) {
        record.wrote(at);
        if (reply) record.observe(Event::Reply, at);
    });
}

Result<> ReputationBook::read(const crypto::AccountKey& account, std::uint64_t count) {
    if (count == 0) return success();
    return act(account, [count](Record& record, Timestamp at) {
        // Of more no more are counted in a day.
        const std::uint64_t most = rule_of(Context::Person, Event::Read).at_most;
        for (std::uint64_t i = 0; i < std::min(count, most); ++i)
            record.observe(Event::Read, at);
    });
}

void ReputationBook::observe(const crypto::AccountKey& account, Event event) {
    auto entry = find(account);
    if (entry && !*entry && rows_ >= max_unknown + contacts_.size()) return;
    if (entry && !*entry) entry = open(account);
    if (!entry) {
        log::debug(log::Category::Store, "not booked: {}", entry.error().context);
        return;
    }
    (*entry)->record.observe(event, now());
    mark(account, **entry, false);
}

// --- Writing ------------------------------------------------------------------------------------

void ReputationBook::write(store::Changes& changes, Entry& entry) {
    table_.put(changes, entry.key, entry.record);
    if (!entry.stored) ++rows_;
    entry.stored = true;
    entry.dirty = entry.urgent = false;
}

void ReputationBook::write_urgent(store::Changes& changes) {
    if (!std::exchange(urgent_, false)) return;
    std::erase_if(dirty_, [&](const crypto::AccountKey& account) {
        const auto found = entries_.find(account);
        if (found == entries_.end()) return true;
        if (!found->second.urgent) return false;
        write(changes, found->second);
        return true;
    });
}

void ReputationBook::flush(store::Changes& changes) {
    urgent_ = false;
    for (const auto& account : std::exchange(dirty_, {})) {
        const auto found = entries_.find(account);
        if (found != entries_.end() && found->second.dirty) write(changes, found->second);
    }
    table_.put_believed(changes, now());
}

std::vector<Bytes> ReputationBook::forget(std::vector<Bytes> keys) {
    std::ranges::sort(keys);
    std::erase_if(entries_, [&](const auto& held) {
        const auto place = std::ranges::lower_bound(keys, held.second.key);
        if (place == keys.end() || *place != held.second.key) return false;
        if (!held.second.dirty) return true;
        keys.erase(place);
        return false;
    });
    rows_ -= std::min(rows_, keys.size());
    return keys;
}

}  // namespace kith::node
