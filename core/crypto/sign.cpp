// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/sign.h"

#include "core/base/assert.h"

#include <sodium.h>

namespace kith::crypto::detail {
namespace {

/// What is signed: the label, then the body.
Bytes message_of(Label label, ByteView body) {
    return concat(label_bytes(label, LabelUse::Sign), body);
}

}  // namespace

void expand_seed(ByteView seed, MutableByteView secret64) {
    KITH_ASSERT(seed.size() == 32 && secret64.size() == 64);
    std::array<std::uint8_t, 32> public_key{};
    crypto_sign_seed_keypair(public_key.data(), secret64.data(), seed.data());
}

Signature sign_message(SigningSecretView secret, ByteView message) {
    Signature out;
    crypto_sign_detached(out.data(), nullptr, message.data(), message.size(), secret.data());
    return out;
}

Signature sign_bytes(Label label, SigningSecretView secret, ByteView body) {
    return sign_message(secret, message_of(label, body));
}

bool valid_ed25519(ByteView key) {
    return key.size() == 32 && crypto_core_ed25519_is_valid_point(key.data()) == 1;
}

Result<> verify_message(ByteView key, ByteView message, const Signature& signature) {
    if (!valid_ed25519(key)) return fail(Code::BadKey, "not a point of prime order");
    // libsodium refuses S >= L and an R that is not canonical or of small order.
    if (crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) !=
        0) {
        return fail(Code::BadSignature);
    }
    return success();
}

Result<> verify_bytes(Label label, ByteView key, ByteView body, const Signature& signature) {
    return verify_message(key, message_of(label, body), signature);
}

}  // namespace kith::crypto::detail
