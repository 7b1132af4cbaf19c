// SPDX-License-Identifier: GPL-3.0-or-later
// Deposit keys D: the owner makes one for each contact, group or invitation and gives its seed
// away; whoever holds it may leave mail at the owner's hosts, and hosts see a pseudonym.
//
//   DEPOSIT  SIG("deposit", D, x || box_id || env_hash || u32 ttl)
//   PROBE    SIG("probe", D, x || box_id || body)
//            body = u8 frame type || all ehs (STAT, 16 bytes each) or eh 32 || nonce 16 (AUDIT)
//
// x is the TLS exporter of the link: no request works on another one.
// Specification: docs/spec/mailbox.md#capability.
#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/crypto/sign.h"
#include "core/wire/deposit_frames.h"
#include "core/wire/lease_frames.h"

#include <array>
#include <cstdint>
#include <span>

namespace kith::mailbox {

using wire::CapabilityKind;

/// A capability lives this long; the next one is given away when this much is left. Both are valid
/// meanwhile.
inline constexpr Duration capability_term = days(30);
inline constexpr Duration capability_overlap = days(14);

/// An invitation may leave three envelopes of at most 16 KiB.
inline constexpr std::uint32_t invite_envelopes = 3;
inline constexpr std::size_t invite_envelope_size = 16384;

/// What STAT and ACKDEL name an envelope by: the first half of its hash.
using EnvelopeTag = PublicBytes<16, struct EnvelopeTagTag>;

inline EnvelopeTag tag_of(const crypto::EnvelopeHash& hash) {
    return EnvelopeTag::copy_of(hash);
}

/// A link to one host, as signatures name it.
struct LinkToBox {
    crypto::ChannelBinding link;
    crypto::BoxId box;
};

/// D from the seed that the owner told in-session.
inline crypto::DepositKeyPair deposit_key(const crypto::Seed32& seed) {
    return crypto::DepositKeyPair::from_seed(seed.expose());
}

/// D of an invitation: KDF("inv-dep", 0^32, auth, inv, 32). Both ends derive it.
crypto::DepositKeyPair invite_deposit_key(const crypto::InviteAuth& auth,
                                          const crypto::InviteId& invite);

crypto::Signature sign_deposit(const crypto::DepositKeyPair& key,
                               const LinkToBox& where,
                               const crypto::EnvelopeHash& envelope,
                               std::uint32_t ttl);

/// BadKey, BadSignature.
Result<> verify_deposit(const crypto::DepositKey& key,
                        const LinkToBox& where,
                        const crypto::EnvelopeHash& envelope,
                        std::uint32_t ttl,
                        const crypto::Signature& signature);

/// The fields of a STAT or AUDIT must be complete but for key and signature, which are set.
void sign_probe(const crypto::DepositKeyPair& key, const LinkToBox& where, wire::Stat& stat);
void sign_probe(const crypto::DepositKeyPair& key, const LinkToBox& where, wire::Audit& audit);

/// BadKey, BadSignature; BadSignature also when key or signature are absent.
Result<> verify_probe(const LinkToBox& where, const wire::Stat& stat);
Result<> verify_probe(const LinkToBox& where, const wire::Audit& audit);

/// What proves possession: MAC(nonce, envelope).
crypto::Mac32 audit_answer(const std::array<std::uint8_t, 16>& nonce, ByteView envelope);

/// Whether the next capability is to be made and given away.
bool renewal_due_for_capability(Timestamp expires, Timestamp now);

}  // namespace kith::mailbox
