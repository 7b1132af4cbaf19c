// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/join_proof.h"

#include "core/base/refusal.h"
#include "core/crypto/kdf.h"

#include <array>

namespace kith::identity {

crypto::Mac32 join_proof(const crypto::InviteKey& key, JoinRole role, const JoinContext& context) {
    const std::array<std::uint8_t, 1> letter{static_cast<std::uint8_t>(role)};
    return crypto::mac(key.expose(),
                       letter,
                       context.transcript,
                       context.challenge,
                       context.inviter,
                       context.joiner,
                       context.group.value_or(crypto::GroupId{}));
}

Result<> verify_join_proof(const crypto::InviteKey& key,
                           JoinRole role,
                           const JoinContext& context,
                           const crypto::Mac32& proof) {
    if (!crypto::verify_mac(join_proof(key, role, context), proof)) {
        return refuse(Code::Refused, "bad_mac", "the proof is not of this invitation");
    }
    return success();
}

}  // namespace kith::identity
