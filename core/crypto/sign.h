// SPDX-License-Identifier: GPL-3.0-or-later
// Ed25519 (RFC 8032) with labels and strict public keys:
//
//   SIG(l, sk, body) = Ed25519( sk, "kith1/sig/" || l || 0x00 || body )
//
// A public key must be a point of prime order in its canonical encoding: small-order and
// mixed-order keys are refused, because one signature could verify under several keys and key
// blinding would leak. Sign bytes, not objects: verify the received bytes, then decode them.
// Specification: docs/spec/crypto.md#conventions, rules 1, 2 and 4.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/crypto/label.h"

#include <span>
#include <type_traits>

namespace kith::crypto {

namespace detail {

using SigningSecretView = std::span<const std::uint8_t, 64>;  // seed || public key

void expand_seed(ByteView seed, MutableByteView secret64);
Signature sign_bytes(Label label, SigningSecretView secret, ByteView body);
Result<> verify_bytes(Label label, ByteView key, ByteView body, const Signature& signature);
// Plain Ed25519, without a label: only for the above and for published vectors.
Signature sign_message(SigningSecretView secret, ByteView message);
Result<> verify_message(ByteView key, ByteView message, const Signature& signature);
bool valid_ed25519(ByteView key);

}  // namespace detail

/// An Ed25519 key pair of one purpose. Move-only; kept in guarded memory if its key is a root key.
template <SigningPublic Key>
class SigningPair {
  public:
    using Public = Key;

    /// Requires: seed.size() == 32.
    static SigningPair from_seed(ByteView seed) {
        return SigningPair(
            Storage::made_by([&](MutableByteView out) { detail::expand_seed(seed, out); }));
    }

    static SigningPair generate(Random& random) {
        return from_seed(draw_secret<Seed32>(random).expose());
    }

    const Key& public_key() const { return public_; }

    /// The 32 bytes from_seed() takes: what is stored, and what the recovery key shows.
    std::span<const std::uint8_t, 32> expose_seed() const {
        return secret_.expose().template first<32>();
    }

    detail::SigningSecretView expose() const { return secret_.expose(); }

    SigningPair clone() const { return SigningPair(secret_.clone()); }

  private:
    struct SecretTag;
    using Storage = typename SecretHalf<Key, 64, SecretTag>::type;

    explicit SigningPair(Storage secret)
        : secret_(std::move(secret)), public_(Key::copy_of(secret_.expose().template last<32>())) {}

    Storage secret_;
    Key public_;
};

using AccountKeyPair = SigningPair<AccountKey>;
using DeviceSigningPair = SigningPair<DeviceSigningKey>;
using MailboxKeyPair = SigningPair<MailboxKey>;
using BeaconKeyPair = SigningPair<BeaconKey>;
using LeaseKeyPair = SigningPair<LeaseKey>;
using DepositKeyPair = SigningPair<DepositKey>;

/// SIG(label, pair, body). Deterministic.
template <SigningPublic Key>
Signature sign(Label label, const SigningPair<Key>& pair, ByteView body) {
    return detail::sign_bytes(label, pair.expose(), body);
}

/// BadKey: the key is not a canonical point of prime order. BadSignature: anything else is wrong.
/// About 75 us.
template <SigningPublic Key>
Result<> verify(Label label, const Key& key, ByteView body, const Signature& signature) {
    return detail::verify_bytes(label, key, body, signature);
}

/// A canonical point of prime order. For keys that arrive before anything is signed with them.
template <SigningPublic Key>
bool is_valid(const Key& key) {
    return detail::valid_ed25519(key);
}

}  // namespace kith::crypto
