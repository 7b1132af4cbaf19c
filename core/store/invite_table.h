// SPDX-License-Identifier: GPL-3.0-or-later
// Invitations: those we made, and those we hold and have not redeemed yet.
//
//   Table::Invite   0x01 || invite id 8   made       0x02 || index(account key) 16   held
//
// Of an invitation that we made, only what checks a proof is kept, not the secret in the link.
#pragma once

#include "core/base/time.h"
#include "core/identity/join_proof.h"
#include "core/store/store.h"

#include <optional>
#include <vector>

namespace kith::store {

/// Somebody holds our invitation and was asked to prove it.
struct PendingJoin {
    crypto::AccountKey joiner;
    identity::JoinChallenge challenge;
    Timestamp asked;
};

struct MadeInvite {
    crypto::InviteId id;
    crypto::InviteKey key;
    std::uint32_t uses_left = 1;
    Timestamp expires;
    bool network_only = false;
    /// At most max_pending; the oldest gives way.
    std::vector<PendingJoin> pending;
    /// D, for our mailboxes to know; nullopt in rows of before.
    std::optional<crypto::DepositKey> deposit = std::nullopt;

    static constexpr std::size_t max_pending = 16;
};

struct HeldInvite {
    crypto::AccountKey inviter;
    crypto::InviteId id;
    crypto::InviteKey key;
    Timestamp expires;
    /// The challenge that we answered; the inviter's proof must be about the same.
    std::optional<identity::JoinChallenge> challenge;
    /// Of D: what the inviter's mailboxes take from us; nullopt in rows of before.
    std::optional<crypto::Seed32> deposit = std::nullopt;
};

class InviteTable {
  public:
    explicit InviteTable(const Store& store) : store_(store) {}

    Result<std::vector<MadeInvite>> made() const;
    /// nullopt: none of this id.
    Result<std::optional<MadeInvite>> made(const crypto::InviteId& id) const;
    void put(Changes& changes, const MadeInvite& invite) const;
    void erase(Changes& changes, const crypto::InviteId& id) const;

    Result<std::optional<HeldInvite>> held(const crypto::AccountKey& inviter) const;
    void put(Changes& changes, const HeldInvite& invite) const;
    void erase_held(Changes& changes, const crypto::AccountKey& inviter) const;

  private:
    Bytes held_key(const crypto::AccountKey& inviter) const;

    const Store& store_;
};

}  // namespace kith::store
