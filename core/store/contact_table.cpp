// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/contact_table.h"

namespace kith::store {

Result<std::vector<identity::Contact>> ContactTable::load() const {
    std::vector<identity::Contact> out;
    Result<> parsed;
    const Scan all{.table = Table::Contact};
    KITH_CHECK(store_.scan(all, [&](ByteView, ByteView row) {
        auto contact = identity::Contact::decode(row);
        if (!contact) {
            parsed = fail(Code::Corrupt, "a contact cannot be read: " + contact.error().context);
            return false;
        }
        out.push_back(*std::move(contact));
        return true;
    }));
    KITH_CHECK(parsed);
    return out;
}

void ContactTable::put(Changes& changes, const identity::Contact& contact) const {
    changes.put(Table::Contact, store_.index(Table::Contact, contact.account), contact.encode());
}

void ContactTable::erase(Changes& changes, const crypto::AccountKey& account) const {
    changes.erase(Table::Contact, store_.index(Table::Contact, account));
}

}  // namespace kith::store
