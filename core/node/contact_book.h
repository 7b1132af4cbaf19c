// SPDX-License-Identifier: GPL-3.0-or-later
// Everybody this account knows, in memory and on disk; finds people by what users type.
#pragma once

#include "core/identity/contact.h"
#include "core/node/views.h"
#include "core/store/contact_table.h"

#include <functional>
#include <map>
#include <optional>
#include <string_view>

namespace kith::node {

/// "u:" and the 32 characters of the fingerprint: how scripts name an account.
std::string account_id(const crypto::AccountKey& account);

class ContactBook {
  public:
    /// People kept, strangers included. Beyond: new strangers are not taken up.
    static constexpr std::size_t max_contacts = 10000;
    /// Requests that wait for the user's answer. Beyond: new ones are not taken up.
    static constexpr std::size_t max_pending = 50;

    explicit ContactBook(store::Store& store) : table_(store) {}

    /// Reads everything. Before anything else, and again after a failed commit: pointers are void.
    Result<> load();

    /// nullptr: never heard of. Valid until the next load().
    identity::Contact* find(const crypto::AccountKey& account);
    const identity::Contact* find(const crypto::AccountKey& account) const;
    /// The contact, made if need be. QuotaExceeded.
    Result<identity::Contact*> open(const crypto::AccountKey& account, Timestamp now);

    /// WHO as people type it: name, address, id, or with the tag of the key as it is shown:
    /// "Bob⟨7x9r⟩", "7x9r". NotFound; InvalidArgument: fits several.
    Result<identity::Contact*> resolve(std::string_view who);
    Result<const identity::Contact*> resolve(std::string_view who) const;
    /// Whether somebody else has this local name.
    bool name_taken(std::string_view name, const crypto::AccountKey& except) const;

    /// Writes the contact as it is now.
    void put(store::Changes& changes, const identity::Contact& contact) const;

    std::size_t pending_in() const;

    std::size_t size() const { return contacts_.size(); }

    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const auto& [account, contact] : contacts_)
            visit(contact);
    }

    /// The name to show: local, else what the peer calls itself.
    static std::string_view shown_name(const identity::Contact& contact);

  private:
    Result<identity::Contact*> search(std::string_view who);
    /// Those with that name, that tag, or both; empty: any. The best rank only.
    std::vector<identity::Contact*> named(std::string_view name, std::string_view tag);

    store::ContactTable table_;
    // What was typed lately and whom it meant: normalising every name costs too much for each send.
    mutable std::map<std::string, crypto::AccountKey, std::less<>> resolved_;
    std::map<crypto::AccountKey, identity::Contact> contacts_;
};

}  // namespace kith::node
