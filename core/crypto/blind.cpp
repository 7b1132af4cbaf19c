// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/blind.h"

#include "core/base/assert.h"
#include "core/crypto/hash.h"

#include <sodium.h>

namespace kith::crypto {
namespace {

using detail::BlindScalar;
using detail::ScalarView;

BlindScalar reduce(std::span<const std::uint8_t, 64> wide) {
    return BlindScalar::made_by([wide](MutableByteView out) {
        crypto_core_ed25519_scalar_reduce(out.data(), wide.data());
    });
}

/// SHA-512 of the concatenated parts as a scalar.
template <class... Parts>
BlindScalar hash_to_scalar(const Parts&... parts) {
    Hash64 wide = sha512(parts...);
    const WipeGuard guard(wide.mutable_view());
    return reduce(wide.array());
}

/// h_e. Known to everybody who has the address.
BlindScalar blinding_factor(const AccountKey& account,
                            const ReachSecret& reach,
                            std::uint64_t epoch) {
    return hash_to_scalar(label_bytes(Label::Blind, LabelUse::Inside),
                          account,
                          reach,
                          be_bytes<std::uint64_t>(epoch));
}

/// scalar * B into `out`. Requires: the scalar is not zero.
void multiply_base(ScalarView scalar, MutableByteView out) {
    const int status = crypto_scalarmult_ed25519_base_noclamp(out.data(), scalar.data());
    KITH_ASSERT(status == 0);
}

}  // namespace

namespace detail {

ExpandedSeed expand(ByteView seed) {
    Hash64 halves = sha512(seed);
    const WipeGuard guard(halves.mutable_view());
    std::array<std::uint8_t, 64> wide{};
    const WipeGuard guard_wide(wide);
    std::memcpy(wide.data(), halves.data(), 32);
    wide[0] &= 0xf8;
    wide[31] = static_cast<std::uint8_t>((wide[31] & 0x7f) | 0x40);
    return {reduce(wide), decltype(ExpandedSeed::nonce_key)::copy_of(halves.view().last(32))};
}

BlindScalar multiply(ScalarView a, ScalarView b) {
    return BlindScalar::made_by([a, b](MutableByteView out) {
        crypto_core_ed25519_scalar_mul(out.data(), a.data(), b.data());
    });
}

Result<BlindedAccountKey> multiply_point(ScalarView scalar, const AccountKey& key) {
    BlindedAccountKey out;
    // libsodium checks the point as is_valid() does.
    if (crypto_scalarmult_ed25519_noclamp(out.data(), scalar.data(), key.data()) != 0) {
        return fail(Code::BadKey, "account key");
    }
    return out;
}

}  // namespace detail

Result<BlindedAccountKey> blind_key(const AccountKey& account,
                                    const ReachSecret& reach,
                                    std::uint64_t epoch) {
    return detail::multiply_point(blinding_factor(account, reach, epoch).expose(), account);
}

BlindedPair BlindedPair::derive(const AccountKeyPair& account,
                                const ReachSecret& reach,
                                std::uint64_t epoch) {
    auto [root, nonce_key] = detail::expand(account.expose_seed());
    const auto factor = blinding_factor(account.public_key(), reach, epoch);
    auto scalar = detail::multiply(factor.expose(), root.expose());
    BlindedAccountKey key;
    multiply_base(scalar.expose(), key.mutable_view());
    return {std::move(scalar), std::move(nonce_key), key};
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
    multiply_base(nonce.expose(), out.mutable_view().first(32));
    const auto challenge = hash_to_scalar(out.view().first(32), public_, message);
    const auto product = detail::multiply(challenge.expose(), scalar_.expose());
    crypto_core_ed25519_scalar_add(out.data() + 32, nonce.expose().data(), product.expose().data());
    // A faulty S would tell about a_e: it never gets out.
    KITH_ASSERT(detail::verify_message(public_, message, out).has_value());
    return out;
}

}  // namespace kith::crypto
