// SPDX-License-Identifier: GPL-3.0-or-later
// Invitations: one text that brings a person into the network and to the inviter
// (docs/spec/identity.md#invite).
//
//   kith:i/1 base64url( flags || AK || s || inv || auth || u32 exp || [P] [node [node]] [gid] ||
//   chk 4 ) KITH:I/1 base32 of the same bytes, for QR codes
#pragma once

#include "core/base/endpoint.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/crypto/sign.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::identity {

/// How long an invitation lives unless the user says otherwise.
inline constexpr Duration invite_lifetime = hours(24);
/// Node addresses in one invitation.
inline constexpr std::size_t invite_nodes = 2;

/// Move-only: `auth` and P are secrets. Whoever holds the text may join, once.
struct Invite {
    crypto::AccountKey account;
    crypto::ReachSecret reach;
    crypto::InviteId id;
    crypto::InviteAuth auth;
    /// Unix seconds, 32 bits on the wire.
    std::uint32_t expires = 0;
    /// P of a private network; absent on the public one.
    std::optional<crypto::NetworkSecret> network = std::nullopt;
    /// At most invite_nodes, the best first.
    std::vector<Endpoint> nodes = {};
    std::optional<crypto::GroupId> group = std::nullopt;

    /// A new invitation of this account, with a random id and auth.
    static Invite generate(const crypto::AccountKey& account,
                           const crypto::ReachSecret& reach,
                           Timestamp expires,
                           Random& random);

    bool expired(Timestamp now) const { return unix_seconds(now) > expires; }

    /// "kith:i/1..." and "KITH:I/1...". Requires: nodes.size() <= invite_nodes. Secret.
    std::string link() const;
    std::string qr() const;

    /// Reads either form. Form and checksum only: an invitation that has expired is still read, so
    /// that it can be shown; see check_not_expired().
    /// Malformed: bad_prefix, bad_char, bad_padding, bad_length, bad_checksum, bad_flags;
    /// BadKey: bad_point.
    static Result<Invite> parse(std::string_view text);

    /// Expired ("expired").
    Result<> check_not_expired(Timestamp now) const;
};

/// KI = KDF1("invite", auth): what the inviter keeps instead of auth.
crypto::InviteKey invite_key(const crypto::InviteAuth& auth);

/// D for one invitation, and its seed: lets its holder leave a first message with the inviter's
/// mailboxes.
crypto::Seed32 invite_deposit_seed(const crypto::InviteAuth& auth, const crypto::InviteId& invite);
crypto::DepositKeyPair invite_deposit_key(const crypto::InviteAuth& auth,
                                          const crypto::InviteId& invite);

}  // namespace kith::identity
