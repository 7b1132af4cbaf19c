// SPDX-License-Identifier: GPL-3.0-or-later
// How a contact comes to keep our mail: it offers, in-session; we answer with the lease key that we
// will use there; it grants that one.
//
//   offer   { k: MSK bin32, addr: [bin18, <= 3], free: u64 }      free 0: the offer is withdrawn
//   answer  { box: bin16, lk: bin32 }
//
// Specification: docs/spec/mailbox.md#placement.
#pragma once

#include "core/base/bytes.h"
#include "core/base/endpoint.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"

#include <cstdint>
#include <vector>

namespace kith::mailbox {

inline constexpr std::size_t host_message_max = 256;

struct HostOffer {
    crypto::MailboxKey key;
    std::vector<Endpoint> endpoints;
    std::uint64_t free_bytes = 0;

    crypto::BoxId id() const;

    friend bool operator==(const HostOffer&, const HostOffer&) = default;
};

struct LeaseWish {
    crypto::BoxId box;
    crypto::LeaseKey owner;

    friend bool operator==(const LeaseWish&, const LeaseWish&) = default;
};

/// Requires: at most three endpoints.
Bytes encode(const HostOffer& offer);
Bytes encode(const LeaseWish& wish);

/// Malformed; BadKey: not a valid key.
Result<HostOffer> decode_host_offer(ByteView bytes);
Result<LeaseWish> decode_lease_wish(ByteView bytes);

}  // namespace kith::mailbox
