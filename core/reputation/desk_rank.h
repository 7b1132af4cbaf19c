// SPDX-License-Identifier: GPL-3.0-or-later
// Who is shown first: more work, in powers of two up to a cap, and a lottery among equals.
//
//   effective = min(4d / factor, 512,000) evaluations       bucket = largest b with 1000 * 2^b <=
//   it ticket    = HL("desk-tie", desk_secret, u64 period, request 16)[:8]      larger first
//
// Above the cap money buys more tickets, not a better rank, so an honest caller can win against a
// rich one. The lottery is drawn anew every six hours: nobody holds the front of the queue, and
// nobody can compute a lucky id without the secret. Specification: docs/spec/reputation.md#desk.
#pragma once

#include "core/crypto/keys.h"
#include "core/crypto/secret.h"
#include "core/reputation/tier.h"

#include <compare>
#include <cstdint>

namespace kith::reputation {

/// Of one device, for its lotteries. Random; lives as long as the desk's rows.
using DeskSecret = crypto::SecretBytes<32, struct DeskSecretTag>;

/// 0..9. `price` is what was asked of the sender: 2E counts half. An introduced one, below E,
/// counts as E.
std::uint8_t rank_bucket(std::uint32_t difficulty, WorkEighths price);

/// The best of `tickets` tickets. Requires: tickets >= 1.
std::uint64_t lottery_ticket(const DeskSecret& secret,
                             std::uint64_t period,
                             const crypto::MessageId& request,
                             std::uint8_t tickets = 1);

/// Larger is shown earlier and displaced later.
struct DeskRank {
    std::uint8_t bucket = 0;
    std::uint64_t ticket = 0;

    friend auto operator<=>(const DeskRank&, const DeskRank&) = default;
};

}  // namespace kith::reputation
