// SPDX-License-Identifier: GPL-3.0-or-later
// Proof, inside a session, that one holds an invitation (docs/spec/identity.md#verified-join).
//
//   m_j = MAC(KI, "J" || TH || cn || AK_I || AK_J || gid or 0^32)     the joiner proves it
//   m_i = MAC(KI, "I" || TH || cn || AK_I || AK_J || gid or 0^32)     the inviter answers
//
// TH and both account keys bind the proof to this session; the letter stops reflection; the group
// comes from the inviter's own table, never from a message.
#pragma once

#include "core/base/result.h"
#include "core/crypto/keys.h"

#include <optional>

namespace kith::identity {

/// Whose proof it is; the letter is part of the format.
enum class JoinRole : std::uint8_t { Joiner = 'J', Inviter = 'I' };

using JoinChallenge = PublicBytes<16, struct JoinChallengeTag>;

/// What a proof speaks about.
struct JoinContext {
    crypto::Transcript transcript;
    JoinChallenge challenge;
    crypto::AccountKey inviter;
    crypto::AccountKey joiner;
    std::optional<crypto::GroupId> group;
};

crypto::Mac32 join_proof(const crypto::InviteKey& key, JoinRole role, const JoinContext& context);

/// In constant time. Refused ("bad_mac").
Result<> verify_join_proof(const crypto::InviteKey& key,
                           JoinRole role,
                           const JoinContext& context,
                           const crypto::Mac32& proof);

}  // namespace kith::identity
