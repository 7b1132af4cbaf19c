// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/contact_book.h"

#include "core/text/name.h"

#include <algorithm>

namespace kith::node {
namespace {

bool is_known(const identity::Contact& contact) {
    return contact.state() != identity::ContactState::Removed;
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
    const std::string wanted = text::name_key(who);
    identity::Contact* found = nullptr;
    bool found_local = false;
    for (auto& [account, contact] : contacts_) {
        if (!is_known(contact) || text::name_key(shown_name(contact)) != wanted) continue;
        // A name that the user gave counts before one that its bearer chose.
        const bool local = !contact.local_name.empty();
        if (found && local == found_local) {
            return fail(Code::InvalidArgument, "this name fits more than one contact");
        }
        if (!found || local) {
            found = &contact;
            found_local = local;
        }
    }
    if (!found) return fail(Code::NotFound, "no contact has this name");
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
