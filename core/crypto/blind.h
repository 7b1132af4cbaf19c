// SPDX-License-Identifier: GPL-3.0-or-later
// Key blinding: each day (epoch e) and reach secret s, an account has another public key A_e.
// Whoever knows the address computes A_e; nobody else can link it to the account or to other days.
// Only the root key's holder signs under it.
//
//   h_e = scalar_reduce( SHA-512( L("blind") || AK || s || u64 e ) )      A_e = h_e * AK
//
// The nonce of a blind signature contains A_e and 32 fresh random bytes. Both are mandatory: with a
// nonce that does not depend on the epoch, two signatures of one message in two epochs give the
// root key away. Specification: docs/spec/crypto.md#blinding.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/crypto/label.h"
#include "core/crypto/sign.h"

#include <span>
#include <utility>

namespace kith::crypto {

namespace detail {

using BlindScalar = SecretBytes<32, struct BlindScalarTag>;  // little-endian
using ScalarView = std::span<const std::uint8_t, 32>;

/// The secret scalar of an Ed25519 seed, reduced (RFC 8032 5.1.5), and its nonce half.
struct ExpandedSeed {
    BlindScalar scalar;
    SecretBytes<32, struct BlindNonceTag> nonce_key;
};

ExpandedSeed expand(ByteView seed);
/// a * b modulo the group order.
BlindScalar multiply(ScalarView a, ScalarView b);
/// scalar * key. BadKey: the key is no valid point, or the result is the identity.
Result<BlindedAccountKey> multiply_point(ScalarView scalar, const AccountKey& key);

}  // namespace detail

/// A_e, from the address alone. BadKey: `account` is not a valid point. About 75 us.
Result<BlindedAccountKey> blind_key(const AccountKey& account,
                                    const ReachSecret& reach,
                                    std::uint64_t epoch);

/// a_e: signs under A_e. Never leaves the admin device: with the address, a_e gives the root key.
class BlindedPair {
  public:
    static BlindedPair derive(const AccountKeyPair& account,
                              const ReachSecret& reach,
                              std::uint64_t epoch);

    const BlindedAccountKey& public_key() const { return public_; }

    /// Verifies as SIG(label) under public_key(). Randomized.
    Signature sign(Label label, ByteView body, Random& random) const;

    /// As sign(), of a whole message without a label: for the test vectors of the arithmetic.
    Signature sign_unlabelled(ByteView message, Random& random) const;

  private:
    using NonceKey = decltype(detail::ExpandedSeed::nonce_key);

    BlindedPair(detail::BlindScalar scalar, NonceKey nonce_key, const BlindedAccountKey& key)
        : scalar_(std::move(scalar)), nonce_key_(std::move(nonce_key)), public_(key) {}

    detail::BlindScalar scalar_;  // a_e
    NonceKey nonce_key_;          // rh
    BlindedAccountKey public_;
};

}  // namespace kith::crypto
