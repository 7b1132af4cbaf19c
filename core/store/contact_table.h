// SPDX-License-Identifier: GPL-3.0-or-later
// Peer accounts, one row each. Few and small: the node keeps them all in memory.
#pragma once

#include "core/identity/contact.h"
#include "core/store/store.h"

#include <vector>

namespace kith::store {

class ContactTable {
  public:
    explicit ContactTable(const Store& store) : store_(store) {}

    Result<std::vector<identity::Contact>> load() const;
    void put(Changes& changes, const identity::Contact& contact) const;
    void erase(Changes& changes, const crypto::AccountKey& account) const;

  private:
    const Store& store_;
};

}  // namespace kith::store
