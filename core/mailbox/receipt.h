// SPDX-License-Identifier: GPL-3.0-or-later
// The host's receipt: its signed promise to keep and serve an envelope until `expires`. It leaves
// only after the synced commit, and it is the only thing that can convict a host of loss.
//
//   SIG("receipt", MSK, box_id || env_hash || u64 stored_at || u64 exp)
//
// It never makes a message "delivered": only the reader's end-to-end receipt does.
// Specification: docs/spec/mailbox.md#receipt.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/crypto/sign.h"
#include "core/wire/deposit_frames.h"

#include <cstdint>

namespace kith::mailbox {

struct Receipt {
    crypto::BoxId box;
    crypto::EnvelopeHash envelope;
    std::uint64_t stored_at = 0;  ///< unix seconds, the host's clock
    std::uint64_t expires = 0;    ///< unix seconds, the host's clock
    crypto::Signature signature;

    /// How long the host promised to keep it; 0 when the times make no sense.
    std::uint64_t promised_seconds() const { return expires > stored_at ? expires - stored_at : 0; }

    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// The same bytes for the same arguments, so a repeated deposit gets the same receipt.
Receipt make_receipt(const crypto::MailboxKeyPair& host,
                     const crypto::EnvelopeHash& envelope,
                     std::uint64_t stored_at,
                     std::uint64_t expires);

/// BadKey; BadSignature: not this host's, or not about these times and this envelope. The box id
/// must be that of the key.
Result<> verify_receipt(const crypto::MailboxKey& host, const Receipt& receipt);

/// The answer to a deposit as a receipt, verified. Errors as verify_receipt().
Result<Receipt> accept_receipt(const crypto::MailboxKey& host,
                               const crypto::EnvelopeHash& envelope,
                               const wire::HostReceipt& answer);

/// box 16 || eh 32 || u64 stored_at || u64 exp || sig 64: for the store, and for showing a receipt
/// in-session.
inline constexpr std::size_t receipt_size = 128;
Bytes encode(const Receipt& receipt);
/// Malformed: not receipt_size bytes.
Result<Receipt> decode_receipt(ByteView bytes);

}  // namespace kith::mailbox
