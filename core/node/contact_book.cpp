// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/contact_book.h"

#include "core/text/name.h"

#include <algorithm>

namespace kith::node {
namespace {

constexpr std::size_t shortest_tag = 4;

bool is_known(const identity::Contact& contact) {
    return contact.state() != identity::ContactState::Removed;
}

// A name that the user gave counts before one that its bearer chose, and nobody becomes ambiguous
// because a stranger takes the same name.
int rank_of(const identity::Contact& contact) {
    const bool accepted = contact.state() == identity::ContactState::Accepted;
    return (contact.local_name.empty() ? 0 : 2) + (accepted ? 1 : 0);
}

struct TaggedName {
    std::string_view name;  // empty: any
    std::string_view tag;   // empty: any
};

// "Bob⟨7x9r⟩" as it is shown; "?⟨7x9r⟩" has no name.
TaggedName split_tag(std::string_view who) {
    constexpr std::string_view open = "⟨";
    constexpr std::string_view close = "⟩";
    const std::size_t at = who.rfind(open);
    if (at == std::string_view::npos || !who.ends_with(close)) return {who, {}};
    std::string_view tag = who.substr(at + open.size());
    tag.remove_suffix(close.size());
    const std::string_view name = who.substr(0, at);
    return {name == "?" ? std::string_view() : name, tag};
}

bool has_tag(const identity::Contact& contact, std::string_view tag) {
    if (tag.empty()) return true;
    return tag.size() >= shortest_tag && tag.size() <= identity::fingerprint_size &&
           identity::key_tag(contact.account, tag.size()) == tag;
}

}  // namespace

std::string account_id(const crypto::AccountKey& account) {
    return "u:" + identity::key_tag(account, identity::fingerprint_size);
}

Result<> ContactBook::load() {
    contacts_.clear();
    resolved_.clear();
    KITH_TRY(auto rows, table_.load());
    for (auto& contact : rows) {
        const crypto::AccountKey account = contact.account;
        contacts_.emplace(account, std::move(contact));
    }
    return success();
}

identity::Contact* ContactBook::find(const crypto::AccountKey& account) {
    const auto found = contacts_.find(account);
    return found == contacts_.end() ? nullptr : &found->second;
}

const identity::Contact* ContactBook::find(const crypto::AccountKey& account) const {
    const auto found = contacts_.find(account);
    return found == contacts_.end() ? nullptr : &found->second;
}

Result<identity::Contact*> ContactBook::open(const crypto::AccountKey& account, Timestamp now) {
    if (auto* const known = find(account)) return known;
    if (contacts_.size() >= max_contacts) return fail(Code::QuotaExceeded, "too many contacts");
    identity::Contact contact(account);
    contact.added = now;
    return &contacts_.emplace(account, std::move(contact)).first->second;
}

Result<identity::Contact*> ContactBook::resolve(std::string_view who) {
    constexpr std::size_t remembered = 256;
    if (const auto found = resolved_.find(who); found != resolved_.end()) {
        if (auto* const contact = find(found->second)) return contact;
    }
    KITH_TRY(identity::Contact* const contact, search(who));
    if (resolved_.size() >= remembered) resolved_.clear();
    resolved_.insert_or_assign(std::string(who), contact->account);
    return contact;
}

Result<identity::Contact*> ContactBook::search(std::string_view who) {
    if (who.starts_with("u:")) {
        for (auto& [account, contact] : contacts_) {
            if (account_id(account) == who) return &contact;
        }
        return fail(Code::NotFound, "no contact has this id");
    }
    if (const auto address = identity::parse_address(who)) {
        if (auto* const contact = find(address->account)) return contact;
        return fail(Code::NotFound, "no contact has this address");
    }
    const auto [name, tag] = split_tag(who);
    if (name.empty() && tag.empty()) return fail(Code::NotFound, "no name");
    std::vector<identity::Contact*> found = named(name, tag);
    if (found.empty() && tag.empty()) found = named({}, who);
    if (found.empty()) return fail(Code::NotFound, "no contact has this name");
    if (found.size() > 1) {
        return fail(Code::InvalidArgument, "this name fits more than one contact");
    }
    return found.front();
}

std::vector<identity::Contact*> ContactBook::named(std::string_view name, std::string_view tag) {
    const std::string wanted = text::name_key(name);
    std::vector<identity::Contact*> found;
    int best = 0;
    for (auto& [account, contact] : contacts_) {
        if (!is_known(contact) || !has_tag(contact, tag)) continue;
        if (!name.empty() && text::name_key(shown_name(contact)) != wanted) continue;
        const int rank = rank_of(contact);
        if (rank < best) continue;
        if (rank > best) found.clear();
        best = rank;
        found.push_back(&contact);
    }
    return found;
}

Result<const identity::Contact*> ContactBook::resolve(std::string_view who) const {
    // Looking up changes nothing; only the result's constness differs.
    KITH_TRY(const identity::Contact* const found, const_cast<ContactBook*>(this)->resolve(who));
    return found;
}

bool ContactBook::name_taken(std::string_view name, const crypto::AccountKey& except) const {
    const std::string key = text::name_key(name);
    return std::ranges::any_of(contacts_, [&](const auto& entry) {
        return entry.first != except && is_known(entry.second) &&
               text::name_key(entry.second.local_name) == key;
    });
}

void ContactBook::put(store::Changes& changes, const identity::Contact& contact) const {
    resolved_.clear();
    table_.put(changes, contact);
}

std::size_t ContactBook::pending_in() const {
    return static_cast<std::size_t>(std::ranges::count_if(contacts_, [](const auto& entry) {
        return entry.second.state() == identity::ContactState::PendingIn;
    }));
}

std::string_view ContactBook::shown_name(const identity::Contact& contact) {
    return contact.local_name.empty() ? contact.self_name : contact.local_name;
}

}  // namespace kith::node
