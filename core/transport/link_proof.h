// SPDX-License-Identifier: GPL-3.0-or-later
// What the two ends of a link prove, over the TLS exporter x:
//
//   CALL    MAC( KDF1("link-net", P), 'c' || x || cid(responder) )
//   AUTH_S  SIG("link", K_s,   's' || x || id_s)
//   AUTH_C  SIG("link", DSK_c, 'c' || x || did_c || id_s)
//
// x binds each proof to this one connection, the role byte stops reflection, and the caller's
// signature names the responder, so it is worth nothing to anybody else.
// Specification: docs/spec/link.md.
#pragma once

#include "core/crypto/kdf.h"
#include "core/crypto/keys.h"

#include <array>
#include <optional>
#include <span>

namespace kith::transport {

/// The full id of a responder: of a device, a box, or a device being linked.
using ResponderId = std::array<std::uint8_t, 16>;

crypto::Mac32 call_mac(const crypto::LinkNetworkKey& network,
                       const crypto::ChannelBinding& x,
                       const crypto::CallId& cid);

/// Which of the served ids was called, if any. Computes all MACs and compares in constant time.
std::optional<std::size_t> find_called(const crypto::LinkNetworkKey& network,
                                       const crypto::ChannelBinding& x,
                                       std::span<const crypto::CallId> served,
                                       ByteView mac);

/// The bytes that AUTH_S signs.
Bytes responder_proof(const crypto::ChannelBinding& x, const ResponderId& responder);

/// The bytes that AUTH_C signs.
Bytes caller_proof(const crypto::ChannelBinding& x,
                   const crypto::DeviceId& caller,
                   const ResponderId& responder);

/// box_id = HL("box", MSK)[:16].
crypto::BoxId box_id(const crypto::MailboxKey& key);

}  // namespace kith::transport
