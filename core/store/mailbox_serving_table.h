// SPDX-License-Identifier: GPL-3.0-or-later
// What this device has promised as a mailbox host, beside the mailboxes themselves: to whom its
// owner has granted a lease, and what it last told contacts about itself.
//
//   Table::Mailbox   0x06 || index(account)   the lease key that was granted to a contact
//                    0x07                     the offer that contacts know
//                    0x08                     the hours in which it was there (reachable_hours.h)
//
// Specification: docs/spec/mailbox.md#rows.
#pragma once

#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/store/store.h"

#include <optional>
#include <vector>

namespace kith::store {

struct GrantedLease {
    crypto::AccountKey contact;
    crypto::LeaseKey owner;

    friend bool operator==(const GrantedLease&, const GrantedLease&) = default;
};

/// The last offer, as it was sent (mailbox::HostOffer).
struct ToldOffer {
    Bytes offer;
    Timestamp told{};

    friend bool operator==(const ToldOffer&, const ToldOffer&) = default;
};

class MailboxServingTable {
  public:
    explicit MailboxServingTable(const Store& store) : store_(store) {}

    Result<std::vector<GrantedLease>> grants() const;
    Result<std::optional<GrantedLease>> grant(const crypto::AccountKey& contact) const;
    /// One for a contact; a new one takes the place of the old.
    void put(Changes& changes, const GrantedLease& granted) const;
    void erase_grant(Changes& changes, const crypto::AccountKey& contact) const;

    /// nullopt: contacts know of none.
    Result<std::optional<ToldOffer>> told() const;
    void put(Changes& changes, const ToldOffer& told) const;
    void erase_told(Changes& changes) const;

    /// Empty when never written.
    Result<Bytes> hours() const;
    void put_hours(Changes& changes, ByteView hours) const;

    /// Up to which place a contact's mail was handed to its other hosts; 0: nothing yet.
    Result<std::uint64_t> handed_over(const crypto::AccountKey& contact) const;
    void put_handed_over(Changes& changes,
                         const crypto::AccountKey& contact,
                         std::uint64_t place) const;
    Result<> forget_handed_over(Changes& changes) const;

  private:
    Bytes handed_key(const crypto::AccountKey& contact) const;
    Bytes grant_key(const crypto::AccountKey& contact) const;

    const Store& store_;
};

}  // namespace kith::store
