// SPDX-License-Identifier: GPL-3.0-or-later
// The envelope: an inner message sealed for a mailbox (HPKE), padded to one of four sizes. A host
// sees a size, a time and a random key id that changes every week; neither sender nor recipient.
//
//   envelope = 0x01 || env_id(4) || bucket(1) || enc(32) || ct     exactly 1, 4, 16 or 64 KiB
//   ct       = HPKE.SealBase(ENV, info = L("env-info") || did || env_id, aad = first 6 bytes,
//                            pad(inner, capacity))
//
// Sealing again gives other bytes with the same inner message, so duplicates are still found.
// Specification: docs/spec/message.md#envelope.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/agree.h"
#include "core/crypto/hpke.h"
#include "core/crypto/keys.h"

#include <array>
#include <cstdint>
#include <functional>

namespace kith::message {

/// Sizes by bucket. Part of the format.
inline constexpr std::array<std::size_t, 4> envelope_sizes{1024, 4096, 16384, 65536};
/// Version, env_id, bucket, enc and the tag.
inline constexpr std::size_t envelope_overhead = 54;

/// The smallest bucket that holds an inner message. TooLarge: none does.
Result<std::uint8_t> bucket_for(std::size_t inner_size);

/// Whom an envelope is for.
struct EnvelopeRecipient {
    crypto::DeviceId device;
    std::uint32_t env_id = 0;
    crypto::EnvelopeKey key;
};

/// TooLarge: see bucket_for. BadKey: the recipient's key.
Result<Bytes> seal_envelope(const EnvelopeRecipient& recipient, ByteView inner, Random& random);

/// The same with the ephemeral pair given; a pair is used once.
Result<Bytes> seal_envelope(const EnvelopeRecipient& recipient,
                            ByteView inner,
                            const crypto::HpkeEphemeralPair& ephemeral);

/// The private envelope key of an id, or nullptr.
using FindEnvelopeKey = std::function<const crypto::EnvelopeKeyPair*(std::uint32_t env_id)>;

/// The inner message. Malformed: a size or bucket that does not exist, or no padding.
/// UnsupportedVersion. NotFound: no key of this id. BadKey: enc. DecryptFailed: not for this
/// device, or changed.
Result<Bytes> open_envelope(ByteView envelope,
                            const crypto::DeviceId& own,
                            const FindEnvelopeKey& find_key);

/// env_hash: what hosts find duplicates by.
crypto::EnvelopeHash envelope_hash(ByteView envelope);

}  // namespace kith::message
