// SPDX-License-Identifier: GPL-3.0-or-later
// Verified device lists: those of contacts live with the contact, those of strangers who link or
// write to us in a bounded place in memory.
#pragma once

#include "core/identity/known_devices.h"
#include "core/node/contact_book.h"

#include <list>

namespace kith::node {

class KnownLists {
  public:
    /// Strangers remembered; the one not heard of for longest goes first. About 1 KiB each.
    static constexpr std::size_t max_strangers = 256;

    explicit KnownLists(ContactBook& contacts) : contacts_(contacts) {}

    /// nullptr: no list of this account is known. Valid until the next call of accept().
    const identity::KnownDevices* find(const crypto::AccountKey& account) const;

    /// Judges a list. `changed` tells the caller to store the contact. Errors: as
    /// KnownDevices::accept().
    Result<identity::ListVerdict> accept(const crypto::AccountKey& account,
                                         const identity::SignedDeviceList& list,
                                         bool& changed);

    /// The stranger has become a contact: takes over what is known.
    void move_to(identity::Contact& contact);

  private:
    ContactBook& contacts_;
    std::list<identity::KnownDevices> strangers_;  // latest first
};

}  // namespace kith::node
