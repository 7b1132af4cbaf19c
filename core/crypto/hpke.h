// SPDX-License-Identifier: GPL-3.0-or-later
// HPKE base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20Poly1305:
// encryption to a public key without a name of the sender. Envelopes use one message of a context.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/agree.h"
#include "core/crypto/keys.h"

#include <array>
#include <cstdint>

namespace kith::crypto {

/// One direction of an HPKE exchange: messages are numbered and must be opened in order.
class HpkeContext {
  public:
    /// Requires: out.size() == plain.size() + aead_overhead. In place as in aead.h.
    void seal_into(ByteView aad, ByteView plain, MutableByteView out);

    /// DecryptFailed: wrong key, order, aad or bytes; the number does not advance then.
    Result<> open_into(ByteView aad, ByteView sealed, MutableByteView out);

    /// RFC 9180 5.3. Requires: out.size() <= hkdf_max.
    void export_into(ByteView context, MutableByteView out) const;

  private:
    friend struct HpkeSchedule;

    using Key = SecretBytes<32, struct HpkeKeyTag>;
    using Exporter = SecretBytes<32, struct HpkeExporterTag>;
    using Nonce = std::array<std::uint8_t, 12>;

    HpkeContext(Key key, Nonce base_nonce, Exporter exporter)
        : key_(std::move(key)), base_nonce_(base_nonce), exporter_(std::move(exporter)) {}

    Nonce next_nonce() const;

    Key key_;
    Nonce base_nonce_;
    Exporter exporter_;
    std::uint64_t sequence_ = 0;
};

using HpkeEphemeralPair = DhPair<EncapsulatedKey>;

/// The sender's side: `ephemeral.public_key()` is `enc`, which travels in the clear. An ephemeral
/// pair is used once. BadKey: the recipient's key is not valid.
Result<HpkeContext> hpke_sender(const EnvelopeKey& recipient,
                                ByteView info,
                                const HpkeEphemeralPair& ephemeral);

/// The recipient's side. BadKey: `enc` is not valid.
Result<HpkeContext> hpke_recipient(const EnvelopeKeyPair& own,
                                   ByteView info,
                                   const EncapsulatedKey& enc);

}  // namespace kith::crypto
