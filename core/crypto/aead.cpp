// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/aead.h"

#include "core/base/assert.h"
#include "core/crypto/short_aead.h"

#include <sodium.h>

namespace kith::crypto {

void aead_seal_into(
    AeadKeyView key, const AeadNonce& nonce, ByteView ad, ByteView plain, MutableByteView out) {
    KITH_ASSERT(out.size() == plain.size() + aead_overhead);
    if (plain.size() <= short_text_max) return short_seal(key, nonce, ad, plain, out);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out.data(),
                                               nullptr,
                                               plain.data(),
                                               plain.size(),
                                               ad.data(),
                                               ad.size(),
                                               nullptr,
                                               nonce.data(),
                                               key.data());
}

Result<> aead_open_into(
    AeadKeyView key, const AeadNonce& nonce, ByteView ad, ByteView sealed, MutableByteView out) {
    if (sealed.size() < aead_overhead) return fail(Code::DecryptFailed, "shorter than a tag");
    KITH_ASSERT(out.size() + aead_overhead >= sealed.size());
    if (sealed.size() - aead_overhead <= short_text_max) {
        if (!short_open(key, nonce, ad, sealed, out)) return fail(Code::DecryptFailed);
        return success();
    }
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(out.data(),
                                                                  nullptr,
                                                                  nullptr,
                                                                  sealed.data(),
                                                                  sealed.size(),
                                                                  ad.data(),
                                                                  ad.size(),
                                                                  nonce.data(),
                                                                  key.data());
    if (opened != 0) return fail(Code::DecryptFailed);
    return success();
}

Bytes aead_seal(AeadKeyView key, const AeadNonce& nonce, ByteView ad, ByteView plain) {
    Bytes out(plain.size() + aead_overhead);
    aead_seal_into(key, nonce, ad, plain, out);
    return out;
}

Result<Bytes> aead_open(AeadKeyView key, const AeadNonce& nonce, ByteView ad, ByteView sealed) {
    if (sealed.size() < aead_overhead) return fail(Code::DecryptFailed, "shorter than a tag");
    Bytes out(sealed.size() - aead_overhead);
    KITH_CHECK(aead_open_into(key, nonce, ad, sealed, out));
    return out;
}

void ietf_seal_into(
    AeadKeyView key, IetfNonceView nonce, ByteView ad, ByteView plain, MutableByteView out) {
    KITH_ASSERT(out.size() == plain.size() + aead_overhead);
    crypto_aead_chacha20poly1305_ietf_encrypt(out.data(),
                                              nullptr,
                                              plain.data(),
                                              plain.size(),
                                              ad.data(),
                                              ad.size(),
                                              nullptr,
                                              nonce.data(),
                                              key.data());
}

Result<> ietf_open_into(
    AeadKeyView key, IetfNonceView nonce, ByteView ad, ByteView sealed, MutableByteView out) {
    if (sealed.size() < aead_overhead) return fail(Code::DecryptFailed, "shorter than a tag");
    KITH_ASSERT(out.size() + aead_overhead >= sealed.size());
    const int opened = crypto_aead_chacha20poly1305_ietf_decrypt(out.data(),
                                                                 nullptr,
                                                                 nullptr,
                                                                 sealed.data(),
                                                                 sealed.size(),
                                                                 ad.data(),
                                                                 ad.size(),
                                                                 nonce.data(),
                                                                 key.data());
    if (opened != 0) return fail(Code::DecryptFailed);
    return success();
}

}  // namespace kith::crypto
