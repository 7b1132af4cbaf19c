// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/blind.h"

#include "core/base/assert.h"
#include "core/crypto/hash.h"

#include <sodium.h>

namespace kith::crypto {
namespace {

using GroupScalar = SecretBytes<32, struct GroupScalarTag>;  // little-endian, below the group order

/// SHA-512 of the parts as a scalar.
template <class... Parts>
GroupScalar hash_to_scalar(const Parts&... parts) {
    Hash64 wide = sha512(parts...);
    const WipeGuard guard(wide.mutable_view());
    return GroupScalar::made_by(
        [&](MutableByteView out) { crypto_core_ed25519_scalar_reduce(out.data(), wide.data()); });
}

/// h_e. Public to everybody who has the address.
GroupScalar blinding_factor(const AccountKey& account,
                            const ReachSecret& reach,
                            std::uint64_t epoch) {
    return hash_to_scalar(label_bytes(Label::Blind, LabelUse::Inside),
                          account,
                          reach,
                          be_bytes<std::uint64_t>(epoch));
}

}  // namespace

Result<BlindedAccountKey> blind_key(const AccountKey& account,
                                    const ReachSecret& reach,
                                    std::uint64_t epoch) {
    if (!is_valid(account)) return fail(Code::BadKey, "account key");
    const GroupScalar factor = blinding_factor(account, reach, epoch);
    BlindedAccountKey out;
    if (crypto_scalarmult_ed25519_noclamp(out.data(), factor.expose().data(), account.data()) !=
        0) {
        return fail(Code::BadKey, "account key");
    }
    return out;
}

BlindedPair BlindedPair::derive(const AccountKeyPair& account,
                                const ReachSecret& reach,
                                std::uint64_t epoch) {
    // RFC 8032 5.1.5: the first half, clamped, is the scalar, the second keys the nonces.
    Hash64 expanded = sha512(account.expose_seed());
    const WipeGuard guard(expanded.mutable_view());
    std::array<std::uint8_t, 64> wide{};
    const WipeGuard guard_wide(wide);
    std::memcpy(wide.data(), expanded.data(), 32);
    wide[0] &= 0xf8;
    wide[31] = static_cast<std::uint8_t>((wide[31] & 0x7f) | 0x40);
    const auto root = GroupScalar::made_by(
        [&](MutableByteView out) { crypto_core_ed25519_scalar_reduce(out.data(), wide.data()); });

    const GroupScalar factor = blinding_factor(account.public_key(), reach, epoch);
    auto scalar = Scalar::made_by([&](MutableByteView out) {
        crypto_core_ed25519_scalar_mul(out.data(), factor.expose().data(), root.expose().data());
    });
    BlindedAccountKey key;
    const int status = crypto_scalarmult_ed25519_base_noclamp(key.data(), scalar.expose().data());
    KITH_ASSERT(status == 0);
    return {std::move(scalar), NonceKey::copy_of(expanded.view().last(32)), key};
}

Signature BlindedPair::sign(Label label, ByteView body, Random& random) const {
    return sign_unlabelled(concat(label_bytes(label, LabelUse::Sign), body), random);
}

Signature BlindedPair::sign_unlabelled(ByteView message, Random& random) const {
    using Fresh = SecretBytes<32, struct FreshTag>;
    const auto fresh = draw_secret<Fresh>(random);
    const auto nonce = hash_to_scalar(label_bytes(Label::Bnonce, LabelUse::Inside),
                                      nonce_key_.expose(),
                                      fresh.expose(),
                                      public_,
                                      message);
    Signature out;  // R || S
    const int status = crypto_scalarmult_ed25519_base_noclamp(out.data(), nonce.expose().data());
    KITH_ASSERT(status == 0);
    const auto challenge = hash_to_scalar(out.view().first(32), public_, message);
    const auto product = GroupScalar::made_by([&](MutableByteView bytes) {
        crypto_core_ed25519_scalar_mul(
            bytes.data(), challenge.expose().data(), scalar_.expose().data());
    });
    crypto_core_ed25519_scalar_add(out.data() + 32, nonce.expose().data(), product.expose().data());
    // A faulty S would tell about a_e: never let it out.
    const int valid =
        crypto_sign_verify_detached(out.data(), message.data(), message.size(), public_.data());
    KITH_ASSERT(valid == 0);
    return out;
}

}  // namespace kith::crypto
