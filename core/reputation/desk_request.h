// SPDX-License-Identifier: GPL-3.0-or-later
// One contact request at the desk, and its row in the store (docs/spec/reputation.md#desk).
#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/message/content.h"
#include "core/reputation/tier.h"

#include <cstdint>
#include <optional>

namespace kith::reputation {

/// How a request came in; each way has a queue and slots of its own. Part of the disk format.
enum class Way : std::uint8_t { Cold = 0, Introduced = 1, Invited = 2 };

/// What decides about a request before its work is checked.
struct DeskClaim {
    crypto::MessageId id;  ///< message id of the request; the sender keeps it over its tries
    crypto::AccountKey sender;
    Way way = Way::Cold;
    std::uint32_t difficulty = 0;  ///< d that was paid; 0 of invited ones
    WorkEighths price = 8;         ///< what the sender was asked, Standing::work
    std::uint64_t epoch = 0;       ///< of its ticket; of invited ones the epoch of arrival

    friend bool operator==(const DeskClaim&, const DeskClaim&) = default;
};

/// A request that waits or is shown. The texts are untrusted until they pass display().
struct DeskRequest {
    /// Longest stored form, before sealing.
    static constexpr std::size_t encoded_max = 1400;
    /// More tries than a sender makes; a bound for the draw.
    static constexpr std::uint8_t tickets_max = 8;

    DeskClaim claim;
    message::Request content;                   ///< within the bounds of its codec
    std::optional<crypto::AccountKey> voucher;  ///< who introduced it
    /// Tickets in the lottery: one for each time the sender paid for this rank.
    std::uint8_t tickets = 1;
    Timestamp arrived{};
    std::optional<Timestamp> shown;  ///< set once, when the user could see it

    /// Joins what the sender paid before for the same request with what it pays now.
    void add_earlier(const DeskRequest& earlier);

    /// For the store, versioned. Requires: content within message::check_bounds().
    Bytes encode() const;
    /// Corrupt: not made by encode(). UnsupportedVersion: of a newer kith.
    static Result<DeskRequest> decode(ByteView row);

    friend bool operator==(const DeskRequest&, const DeskRequest&) = default;
};

/// When a request that nobody has seen is given up: seven days after its epoch ended.
Timestamp request_end(std::uint64_t epoch);

}  // namespace kith::reputation
