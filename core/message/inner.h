// SPDX-License-Identifier: GPL-3.0-or-later
// The inner message: what a session encrypted, and what the outbox keeps and sends again byte for
// byte. A link carries it in a frame, a mailbox inside an envelope.
//
//   inner = [ k, from, mac, d ]     k = 1 INIT (from nil; mac nil or a ticket), 2 DR, 3 GROUP, 4
//   CTL iid   = HL("inner", inner)      names exact bytes
//
// `mac` proves that the sender holds the session (core/session/inner_mac.h); it is checked before
// any key is tried, and only it may cause a reset. Specification: docs/spec/message.md#inner.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"

#include <array>
#include <cstdint>

namespace kith::message {

using crypto::DeviceId;
using crypto::InnerId;

/// Part of the format, never renumber.
enum class InnerKind : std::uint8_t { Init = 1, Ratchet = 2, Group = 3, Control = 4 };

using InnerTag = std::array<std::uint8_t, 16>;

/// Largest inner message: the largest envelope holds it with its padding.
inline constexpr std::size_t inner_max = 65481;
/// Largest ticket: a proof of work and eight digests.
inline constexpr std::size_t ticket_max = 206;

/// A decoded inner message. `ticket` and `d` point into the bytes given to decode_inner().
struct Inner {
    InnerKind kind = InnerKind::Ratchet;
    DeviceId from;    ///< zero for Init, which names its device inside
    InnerTag mac{};   ///< zero for Init
    ByteView ticket;  ///< Init only: work or invite of a stranger; empty towards a contact
    ByteView d;       ///< INIT, ratchet message, group message or control message
};

/// Ratchet, Group or Control. Requires: kind is not Init; the result is at most inner_max.
Bytes encode_inner(InnerKind kind, const DeviceId& from, const InnerTag& mac, ByteView d);

/// Init, with a ticket or without (empty).
Bytes encode_inner_init(ByteView ticket, ByteView init);

/// Malformed: not canonical, unknown kind, a field of the wrong size or where it does not belong,
/// a ticket of impossible length. TooLarge: more than inner_max.
Result<Inner> decode_inner(ByteView inner);

/// iid of the exact bytes.
InnerId inner_id(ByteView inner);

}  // namespace kith::message
