// SPDX-License-Identifier: GPL-3.0-or-later
// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): key 32, nonce 24, tag 16 at the end of the
// output. And the IETF ChaCha20-Poly1305 (RFC 8439, nonce 12), which only HPKE uses.
//
// The `_into` forms allocate nothing; `out` may begin exactly where the input begins (in place),
// any other overlap is undefined. Failure to open leaves `out` unspecified but free of plaintext.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"

#include <span>

namespace kith::crypto {

inline constexpr std::size_t aead_overhead = 16;

using AeadKeyView = std::span<const std::uint8_t, 32>;

/// Requires: out.size() == plain.size() + aead_overhead.
void aead_seal_into(
    AeadKeyView key, const AeadNonce& nonce, ByteView ad, ByteView plain, MutableByteView out);

/// DecryptFailed: shorter than a tag, or not sealed with this key, nonce and ad.
/// Requires: out.size() + aead_overhead >= sealed.size(); the first sealed.size() - aead_overhead
/// bytes are written.
Result<> aead_open_into(
    AeadKeyView key, const AeadNonce& nonce, ByteView ad, ByteView sealed, MutableByteView out);

Bytes aead_seal(AeadKeyView key, const AeadNonce& nonce, ByteView ad, ByteView plain);

/// DecryptFailed as aead_open_into.
Result<Bytes> aead_open(AeadKeyView key, const AeadNonce& nonce, ByteView ad, ByteView sealed);

using IetfNonceView = std::span<const std::uint8_t, 12>;

/// As aead_seal_into, for the IETF construction. A nonce must not repeat under one key.
void ietf_seal_into(
    AeadKeyView key, IetfNonceView nonce, ByteView ad, ByteView plain, MutableByteView out);

/// As aead_open_into, for the IETF construction.
Result<> ietf_open_into(
    AeadKeyView key, IetfNonceView nonce, ByteView ad, ByteView sealed, MutableByteView out);

}  // namespace kith::crypto
