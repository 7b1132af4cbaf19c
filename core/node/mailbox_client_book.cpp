// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/mailbox_client_book.h"

#include "core/crypto/hash.h"
#include "core/mailbox/quota.h"

#include <algorithm>

namespace kith::node {
namespace {

using Stage = store::OwnerHost::Stage;

// Deposit keys that a host takes, the newest of each contact first.
constexpr std::size_t keys_at_host = 256;
constexpr std::size_t keys_at_volunteer = 64;
// For so long contacts that have not heard yet may leave mail at a host that we leave.
constexpr Duration drain_grace = days(1);
// So long before the old key ends the new one is told, whichever hosts know it.
constexpr Duration renewal_patience = days(7);
// Polls in a row that must have failed before a host counts as away: a device that was switched off
// for days knows nothing about its hosts.
constexpr unsigned missed_polls = 3;

wire::CapabilityGrant grant(const crypto::DepositKey& key, Timestamp expires) {
    wire::CapabilityGrant out;
    out.key = key.array();
    out.expires = unix_seconds(expires);
    return out;
}

bool has_key(const store::OwnerHost& host, const crypto::DepositKey& key) {
    return std::ranges::any_of(host.settings.capabilities, [&](const wire::CapabilityGrant& one) {
        return one.key == key.array();
    });
}

}  // namespace

Result<> MailboxClientBook::load() {
    KITH_TRY(auto hosts, table_.hosts());
    KITH_TRY(auto given, table_.given());
    KITH_TRY(seq_, table_.announcement_seq());
    hosts_.clear();
    for (auto& host : hosts)
        add(std::move(host));
    given_.clear();
    derived_.clear();
    for (auto& one : given) {
        if (one.kind == mailbox::CapabilityKind::Contact) add(std::move(one));
    }
    return success();
}

MailboxClientBook::Host* MailboxClientBook::find(const crypto::BoxId& box) {
    const auto found = hosts_.find(box);
    return found == hosts_.end() ? nullptr : &found->second;
}

const MailboxClientBook::Host* MailboxClientBook::find(const crypto::BoxId& box) const {
    const auto found = hosts_.find(box);
    return found == hosts_.end() ? nullptr : &found->second;
}

const MailboxClientBook::Host* MailboxClientBook::find(const mailbox::BoxMark& mark) const {
    for (const auto& [box, host] : hosts_) {
        const bool keeps = host.stage == Stage::Leased || host.stage == Stage::Draining;
        if (keeps && mailbox::mark_of(box) == mark) return &host;
    }
    return nullptr;
}

MailboxClientBook::Host& MailboxClientBook::add(Host host) {
    const crypto::BoxId box = host.id();
    return hosts_.insert_or_assign(box, std::move(host)).first->second;
}

void MailboxClientBook::erase(store::Changes& changes, const crypto::BoxId& box) {
    table_.erase_host(changes, box);
    hosts_.erase(box);
}

MailboxClientBook::Given* MailboxClientBook::given(const crypto::AccountKey& contact) {
    const auto found = given_.find(contact);
    return found == given_.end() ? nullptr : &found->second;
}

MailboxClientBook::Given& MailboxClientBook::add(Given given) {
    const auto contact = crypto::AccountKey::copy_of(given.whom);
    given_.erase(contact);
    return given_.emplace(contact, std::move(given)).first->second;
}

void MailboxClientBook::erase_given(store::Changes& changes, const crypto::AccountKey& contact) {
    table_.erase_given(changes, contact);
    given_.erase(contact);
}

const crypto::DepositKey& MailboxClientBook::key_of(const Given& given) const {
    auto& derived = derived_[crypto::AccountKey::copy_of(given.whom)];
    if (derived.expires != given.expires) {
        derived = {given.expires, mailbox::deposit_key(given.seed).public_key()};
    }
    return derived.key;
}

std::uint64_t MailboxClientBook::next_seq(store::Changes& changes) {
    table_.put_announcement_seq(changes, ++seq_);
    return seq_;
}

bool is_active(const store::OwnerHost& host) {
    return host.stage != Stage::Offered;
}

bool is_chosen(const store::OwnerHost& host) {
    return host.stage == Stage::Leasing || host.stage == Stage::Leased;
}

mailbox::HostCandidate candidate_of(const store::OwnerHost& host,
                                    const HostSituation& situation,
                                    Timestamp now) {
    mailbox::HostCandidate out;
    out.id = host.id();
    out.lease_class = host.lease_class;
    out.availability = host.availability.share(now);
    out.observed = host.availability.observed(now);
    if (!host.endpoints.empty()) out.network = prefix_of(host.endpoints.front());
    out.chosen = is_chosen(host);
    out.pinned = host.pinned;
    out.score = situation.score;
    out.conduct = situation.conduct;
    out.alarm = situation.alarm;
    out.leaving = host.dropped || host.offered_bytes == 0 || !situation.of_contact;
    const Timestamp answered =
        std::max(host.availability.last_answer(), host.availability.first_poll());
    if (situation.missed >= missed_polls && answered != Timestamp{}) {
        out.unreachable = std::max(now - answered, Duration::zero());
    }
    return out;
}

std::size_t capabilities_at(mailbox::LeaseClass lease_class) {
    return lease_class == mailbox::LeaseClass::Volunteer ? keys_at_volunteer : keys_at_host;
}

mailbox::Settings settings_for(const MailboxClientBook& book,
                               const store::OwnerHost& host,
                               Timestamp now) {
    mailbox::Settings out;
    if (host.stage == Stage::Draining) {
        // What contacts could do they may do until they have heard; then nothing more comes.
        const Duration left = host.expires - now;
        if (left <= mailbox::terms_of(host.lease_class).ttl) return out;
    }
    const std::size_t most = capabilities_at(host.lease_class);
    for (const auto& [contact, given] : book.given()) {
        if (out.capabilities.size() == most) break;
        out.capabilities.push_back(grant(book.key_of(given), given.expires));
    }
    for (const auto& [contact, given] : book.given()) {
        if (out.capabilities.size() == most) break;
        if (given.previous) {
            out.capabilities.push_back(grant(*given.previous, given.previous_expires));
        }
    }
    return out;
}

std::vector<mailbox::AnnouncedHost> hosts_for(const MailboxClientBook& book,
                                              const store::GivenCapability& given) {
    const crypto::DepositKey& key = book.key_of(given);
    std::vector<const store::OwnerHost*> hosts;
    for (const auto& [box, host] : book.hosts()) {
        if (host.stage == Stage::Leased && has_key(host, key)) hosts.push_back(&host);
    }
    std::ranges::stable_sort(hosts, {}, &store::OwnerHost::lease_class);
    if (hosts.size() > mailbox::announced_hosts) hosts.resize(mailbox::announced_hosts);
    std::vector<mailbox::AnnouncedHost> out;
    for (const auto* host : hosts) {
        mailbox::AnnouncedHost announced;
        announced.key = host->key;
        announced.own = host->lease_class == mailbox::LeaseClass::Own;
        announced.endpoints = host->endpoints;
        if (announced.endpoints.size() > mailbox::announced_endpoints) {
            announced.endpoints.resize(mailbox::announced_endpoints);
        }
        out.push_back(std::move(announced));
    }
    return out;
}

bool is_renewing(const MailboxClientBook& book,
                 const store::GivenCapability& given,
                 Timestamp now) {
    const crypto::DepositKey& key = book.key_of(given);
    const bool patient = given.previous && given.previous_expires - now > renewal_patience;
    std::size_t missing = 0;
    std::size_t ready = 0;
    for (const auto& [box, host] : book.hosts()) {
        if (host.stage != Stage::Leased) continue;
        const bool has_it = has_key(host, key);
        ready += has_it ? 1 : 0;
        const bool expected = !patient || has_key(host, *given.previous);
        missing += !has_it && expected ? 1 : 0;
    }
    return missing > 0 && (patient || ready == 0);
}

crypto::Hash32 digest_of(const mailbox::Announcement& announcement) {
    mailbox::Announcement unnumbered = announcement.clone();
    unnumbered.seq = 0;
    Bytes bytes = mailbox::encode(unnumbered);
    const crypto::WipeGuard guard(bytes);
    crypto::Blake2b hash;
    return hash.update(bytes).finish();
}

Timestamp drained_at(const store::OwnerHost& host, bool trusted, Timestamp now) {
    const Duration term = mailbox::terms_of(host.lease_class).ttl;
    return now + term + (trusted ? Duration(drain_grace) : Duration::zero());
}

}  // namespace kith::node
