// SPDX-License-Identifier: GPL-3.0-or-later
// The private halves of this device's prekeys: their saved form, and when each is made and deleted.
// Deleting is what makes first messages forward-secret. Specification:
// docs/spec/session.md#prekeys.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/agree.h"
#include "core/session/prekeys.h"

#include <cstdint>
#include <optional>
#include <span>

namespace kith::session {

/// A new key of each kind is made this often.
inline constexpr Duration envelope_key_every = days(7);
inline constexpr Duration signed_prekey_every = days(1);
/// 7 d of use, 14 d in a mailbox, a day for clocks.
inline constexpr Duration prekey_kept = days(22);
/// Kept no longer than this, even if the mailboxes were never emptied.
inline constexpr Duration prekey_hard_stop = days(60);
inline constexpr Duration one_time_kept = days(30);
/// One-time prekeys that a mailbox holds for a device at most, and when they are refilled: within
/// a random time, because the moment tells when this device is online.
inline constexpr std::size_t one_time_stock = 100;
inline constexpr std::size_t one_time_refill_below = 20;
inline constexpr Duration one_time_refill_within = hours(6);

/// Part of the disk format.
enum class PrekeyKind : std::uint8_t { Envelope = 1, Signed = 2, OneTime = 3 };

template <class Key>
inline constexpr PrekeyKind kind_of = PrekeyKind::Envelope;
template <>
inline constexpr PrekeyKind kind_of<crypto::SignedPrekey> = PrekeyKind::Signed;
template <>
inline constexpr PrekeyKind kind_of<crypto::OneTimePrekey> = PrekeyKind::OneTime;

/// One private prekey. Move-only.
template <class Key>
struct OwnPrekey {
    std::uint32_t id = 0;
    Timestamp made{};
    crypto::DhPair<Key> pair;

    /// With a random id; the caller draws again if it has that id.
    static OwnPrekey generate(Random& random, Timestamp now) {
        const std::uint32_t id = random.u32();
        return {id, now, crypto::DhPair<Key>::generate(random)};
    }

    PrekeyRecord sign(const crypto::DeviceSigningPair& device, const crypto::DeviceId& did) const {
        return sign_prekey(device, did, id, pair.public_key(), made);
    }

    /// u8 version || u8 kind || u32 id || u64 made (s) || secret 32; secret.
    Bytes encode() const;
    /// Corrupt: not made by encode() for this kind.
    static Result<OwnPrekey> decode(ByteView row);
};

using OwnEnvelopeKey = OwnPrekey<crypto::EnvelopeKey>;
using OwnSignedPrekey = OwnPrekey<crypto::SignedPrekey>;
using OwnOneTimePrekey = OwnPrekey<crypto::OneTimePrekey>;

/// A new key of this kind is due. `newest`: when the newest one was made. A clock that went back
/// makes no new keys.
bool prekey_due(PrekeyKind kind, std::optional<Timestamp> newest, Timestamp now);

/// The private key goes. `picked_up`: all mailboxes were emptied completely since the start of the
/// daemon, so nothing that needs the key waits there.
bool prekey_deletable(PrekeyKind kind, Timestamp made, bool picked_up, Timestamp now);

/// When to refill a mailbox's one-time prekeys; nullopt: enough are there.
std::optional<Timestamp> refill_at(std::size_t left, Timestamp now, Random& random);

}  // namespace kith::session
