// SPDX-License-Identifier: GPL-3.0-or-later
// This account and device as they are stored: keys, device list, network, names, certificates.
// One row a noun, so that a new name does not write keys again.
#pragma once

#include "core/directory/certificate.h"
#include "core/identity/account.h"
#include "core/identity/device.h"
#include "core/identity/device_list.h"
#include "core/identity/network.h"
#include "core/store/store.h"

#include <optional>
#include <string>
#include <vector>

namespace kith::store {

/// What the owner chose; untrusted nowhere, still shown through display().
struct OwnNames {
    std::string name;
    std::string device;
    std::string network;
};

/// A reach secret that was given away before; it is published until `until`.
struct OldReach {
    crypto::ReachSecret reach;
    Timestamp until;
};

struct StoredAccount {
    identity::Account account;
    identity::Device device;
    identity::VerifiedDeviceList list;
    identity::Network network;
    OwnNames names;
    std::optional<OldReach> old_reach;
    /// Certificates for the reach secret in use, and for the old one.
    std::vector<directory::Certificate> certificates;
    std::vector<directory::Certificate> old_certificates;
};

class AccountTable {
  public:
    explicit AccountTable(const Store& store) : store_(store) {}

    /// nullopt: no identity yet. Corrupt: rows are missing or unreadable.
    Result<std::optional<StoredAccount>> load() const;

    /// All rows, for a new identity.
    void put(Changes& changes, const StoredAccount& stored) const;
    void put_account(Changes& changes, const identity::Account& account) const;
    void put_list(Changes& changes, const identity::VerifiedDeviceList& list) const;
    void put_names(Changes& changes, const OwnNames& names) const;
    void put_reach(Changes& changes, const StoredAccount& stored) const;

    /// MSK: the key of the mailbox that this device keeps for others. nullopt: none was made yet.
    Result<std::optional<crypto::MailboxKeyPair>> mailbox_key() const;
    void put_mailbox_key(Changes& changes, const crypto::MailboxKeyPair& key) const;

  private:
    const Store& store_;
};

}  // namespace kith::store
