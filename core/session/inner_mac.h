// SPDX-License-Identifier: GPL-3.0-or-later
// The mac of inner messages: proves that the sender holds the session before any key is tried, so
// that strangers can neither cost trial decryptions nor cause resets.
//
//   mac = MAC(KDF("inner-mac", 0^32, EXP, did_from || did_to, 32), u8 k || d)[:16]
//
// Specification: docs/spec/session.md#inner-mac.
#pragma once

#include "core/base/bytes.h"
#include "core/crypto/kdf.h"
#include "core/crypto/keys.h"

#include <array>
#include <cstdint>

namespace kith::session {

using InnerTag = std::array<std::uint8_t, 16>;

/// Both directions of one session, absorbed once. Neither copyable nor movable.
class InnerMac {
  public:
    InnerMac(const crypto::ExportKey& exporter,
             const crypto::DeviceId& own,
             const crypto::DeviceId& peer);

    /// Of a message that we send. `kind` is k.
    InnerTag tag(std::uint8_t kind, ByteView d) const;

    /// Of a message that the peer sent; in constant time.
    bool verify(std::uint8_t kind, ByteView d, const InnerTag& tag) const;

  private:
    crypto::HmacKey out_;
    crypto::HmacKey in_;
};

}  // namespace kith::session
