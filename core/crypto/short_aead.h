// SPDX-License-Identifier: GPL-3.0-or-later
// XChaCha20-Poly1305 of short messages, in one pass of the cipher. Only aead.cpp includes this.
//
// libsodium 1.0.18 runs the cipher twice for a message, for the one-time key and for the text, and
// with AVX2 two or three blocks take it longer than four, and twelve as long as sixteen. Here
// both come from one run, whose length is one that libsodium is good at. The construction is that
// of the draft, from libsodium's HChaCha20, ChaCha20 and Poly1305; longer messages gain nothing.
// docs/decisions/0021-aead-in-one-pass.md.
#pragma once

#include "core/base/bytes.h"
#include "core/crypto/keys.h"

#include <span>

namespace kith::crypto {

/// With the block of the one-time key in front it fills 1 KiB.
inline constexpr std::size_t short_text_max = 960;

/// `out` may begin where `plain` begins. Requires: plain.size() <= short_text_max, out.size() ==
/// plain.size() + 16.
void short_seal(std::span<const std::uint8_t, 32> key,
                const AeadNonce& nonce,
                ByteView ad,
                ByteView plain,
                MutableByteView out);

/// False: not sealed with this key, nonce and ad; `out` is unchanged. It may begin where `sealed`
/// begins. Requires: 16 <= sealed.size() <= short_text_max + 16, out.size() + 16 >= sealed.size().
[[nodiscard]] bool short_open(std::span<const std::uint8_t, 32> key,
                              const AeadNonce& nonce,
                              ByteView ad,
                              ByteView sealed,
                              MutableByteView out);

}  // namespace kith::crypto
