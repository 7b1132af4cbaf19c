// SPDX-License-Identifier: GPL-3.0-or-later
// The message key: seals the body of one message.
//
//   bk 32 || bn 24 = KDF("dr-msg", salt hn, mk, "", 56)
//   body           = AEAD(bk, bn, AD || ver || hn || eh, pad(payload, P))
//
// hn is random and new for each message. Should a snapshot bring an old chain back, the same mk
// meets a new hn, so that no key and nonce ever repeat. Specification: docs/spec/session.md#body.
#pragma once

#include "core/base/result.h"
#include "core/crypto/keys.h"

namespace kith::session {

using crypto::AeadNonce;
using crypto::MessageKey;

/// Seals in place: `block` holds P padded bytes, then room for the tag.
void seal_body(const MessageKey& key, const AeadNonce& hn, ByteView ad, MutableByteView block);

/// Opens `sealed` into `out`. DecryptFailed: another key, or any byte changed.
/// Requires: out.size() + 16 == sealed.size().
Result<> open_body(
    const MessageKey& key, const AeadNonce& hn, ByteView ad, ByteView sealed, MutableByteView out);

}  // namespace kith::session
