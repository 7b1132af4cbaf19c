// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/message_key.h"

#include "core/crypto/aead.h"
#include "core/crypto/kdf.h"

namespace kith::session {
namespace {

/// bk || bn.
using BodySecret = crypto::SecretBytes<56, struct BodySecretTag>;

BodySecret derive(const MessageKey& key, const AeadNonce& hn) {
    return crypto::kdf<BodySecret>(crypto::Label::DrMsg, hn, key.expose());
}

crypto::AeadKeyView key_of(const BodySecret& secret) {
    return secret.expose().first<32>();
}

AeadNonce nonce_of(const BodySecret& secret) {
    return AeadNonce::copy_of(secret.expose().last<24>());
}

}  // namespace

void seal_body(const MessageKey& key, const AeadNonce& hn, ByteView ad, MutableByteView block) {
    const BodySecret secret = derive(key, hn);
    const auto plain = block.first(block.size() - crypto::aead_overhead);
    crypto::aead_seal_into(key_of(secret), nonce_of(secret), ad, plain, block);
}

Result<> open_body(
    const MessageKey& key, const AeadNonce& hn, ByteView ad, ByteView sealed, MutableByteView out) {
    const BodySecret secret = derive(key, hn);
    return crypto::aead_open_into(key_of(secret), nonce_of(secret), ad, sealed, out);
}

}  // namespace kith::session
