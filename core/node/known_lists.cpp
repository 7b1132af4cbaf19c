// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/known_lists.h"

#include <algorithm>

namespace kith::node {

const identity::KnownDevices* KnownLists::find(const crypto::AccountKey& account) const {
    const auto* const contact = std::as_const(contacts_).find(account);
    if (contact && contact->devices.newest()) return &contact->devices;
    const auto found = std::ranges::find(strangers_, account, &identity::KnownDevices::account);
    return found == strangers_.end() ? nullptr : &*found;
}

Result<identity::ListVerdict> KnownLists::accept(const crypto::AccountKey& account,
                                                 const identity::SignedDeviceList& list,
                                                 bool& changed) {
    changed = false;
    if (auto* const contact = contacts_.find(account)) {
        KITH_TRY(const auto verdict, contact->devices.accept(list));
        changed = verdict != identity::ListVerdict::Same && verdict != identity::ListVerdict::Stale;
        return verdict;
    }
    auto found = std::ranges::find(strangers_, account, &identity::KnownDevices::account);
    if (found == strangers_.end()) {
        identity::KnownDevices fresh(account);
        KITH_TRY(const auto verdict, fresh.accept(list));
        strangers_.push_front(std::move(fresh));
        if (strangers_.size() > max_strangers) strangers_.pop_back();
        return verdict;
    }
    strangers_.splice(strangers_.begin(), strangers_, found);
    return found->accept(list);
}

void KnownLists::move_to(identity::Contact& contact) {
    const auto found =
        std::ranges::find(strangers_, contact.account, &identity::KnownDevices::account);
    if (found == strangers_.end()) return;
    if (!contact.devices.newest()) contact.devices = *found;
    strangers_.erase(found);
}

}  // namespace kith::node
