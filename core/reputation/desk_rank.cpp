// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/desk_rank.h"

#include "core/base/assert.h"
#include "core/crypto/hash.h"
#include "core/reputation/effort.h"

#include <algorithm>

namespace kith::reputation {
namespace {

constexpr std::uint64_t effective_cap = 512'000;

}  // namespace

std::uint8_t rank_bucket(std::uint32_t difficulty, WorkEighths price) {
    const std::uint64_t factor = std::max<WorkEighths>(price / 8, 1);
    const std::uint64_t effective =
        std::min(std::uint64_t{sub_puzzles} * difficulty / factor, effective_cap);
    std::uint8_t bucket = 0;
    while (std::uint64_t{evaluations_each_rcpu} << (bucket + 1) <= effective)
        ++bucket;
    return bucket;
}

std::uint64_t lottery_ticket(const DeskSecret& secret,
                             std::uint64_t period,
                             const crypto::MessageId& request,
                             std::uint8_t tickets) {
    KITH_ASSERT(tickets >= 1);
    std::uint64_t best = 0;
    Bytes name = to_bytes(request);
    for (std::uint8_t number = 0; number < tickets; ++number) {
        if (number == 1) name.push_back(0);
        if (number >= 1) name.back() = number;
        const auto hash = crypto::hash(
            crypto::Label::DeskTie, secret.expose(), be_bytes<std::uint64_t>(period), name);
        best = std::max(best, read_be<std::uint64_t>(hash));
    }
    return best;
}

}  // namespace kith::reputation
