// SPDX-License-Identifier: GPL-3.0-or-later
// X25519 (RFC 7748) with canonical public keys only: the top bit clear, the value below 2^255 - 19,
// and a result that is not zero. Own and peer keys are different types, and so are the purposes.
// Specification: docs/spec/crypto.md#conventions, rule 3.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"

#include <span>
#include <type_traits>

namespace kith::crypto {

namespace detail {

using DhSecretView = std::span<const std::uint8_t, 32>;

void dh_public(DhSecretView secret, MutableByteView out32);
Result<SharedSecret> dh(DhSecretView secret, ByteView peer);
bool valid_x25519(ByteView key);

}  // namespace detail

/// An X25519 key pair of one purpose. Move-only; kept in guarded memory if its key is a root key.
template <AgreementPublic Key>
class DhPair {
  public:
    using Public = Key;

    /// Requires: secret.size() == 32. Any 32 bytes are a secret key; they are stored as given.
    static DhPair from_secret(ByteView secret) { return DhPair(Storage::copy_of(secret)); }

    static DhPair generate(Random& random) { return DhPair(draw_secret<Storage>(random)); }

    const Key& public_key() const { return public_; }

    detail::DhSecretView expose() const { return secret_.expose(); }

    DhPair clone() const { return DhPair(secret_.clone(), public_); }

    /// The same pair in another role. The protocol has one such place: the signed prekey becomes
    /// the responder's first ratchet key (docs/spec/session.md).
    template <AgreementPublic Other>
    DhPair<Other> repurposed() const {
        return DhPair<Other>::from_secret(secret_.expose());
    }

  private:
    struct SecretTag;
    using Storage = typename SecretHalf<Key, 32, SecretTag>::type;

    explicit DhPair(Storage secret) : secret_(std::move(secret)) {
        detail::dh_public(secret_.expose(), public_.mutable_view());
    }

    DhPair(Storage secret, const Key& key) : secret_(std::move(secret)), public_(key) {}

    Storage secret_;
    Key public_;
};

using DeviceDhPair = DhPair<DeviceDhKey>;
using EnvelopeKeyPair = DhPair<EnvelopeKey>;
using SignedPrekeyPair = DhPair<SignedPrekey>;
using OneTimePrekeyPair = DhPair<OneTimePrekey>;
using EphemeralKeyPair = DhPair<EphemeralKey>;
using RatchetKeyPair = DhPair<RatchetKey>;

/// X25519 of an own pair and a peer's key. BadKey: the key is not canonical, or the result is zero
/// (a key of small order). Not yet a key: always goes through kdf(). About 30 us.
template <AgreementPublic Own, AgreementPublic Peer>
Result<SharedSecret> agree(const DhPair<Own>& own, const Peer& peer) {
    return detail::dh(own.expose(), peer);
}

/// Canonical and not of small order. For keys that arrive before they are used.
template <AgreementPublic Key>
bool is_valid(const Key& key) {
    return detail::valid_x25519(key);
}

}  // namespace kith::crypto
