// SPDX-License-Identifier: GPL-3.0-or-later
// Requests by number, and a desk for them.
#pragma once

#include "core/reputation/stranger_desk.h"

namespace kith::reputation {

// Noon of 2024-10-05: the start of epoch 20001.
inline constexpr std::uint64_t epoch = 20'001;
inline constexpr Timestamp start = from_unix_seconds(epoch * 86'400 + 43'200);

template <class Id>
Id numbered(std::uint32_t number) {
    Id id;
    const auto bytes = be_bytes<std::uint32_t>(number);
    std::ranges::copy(bytes, id.mutable_view().begin());
    return id;
}

inline crypto::MessageId id(std::uint32_t number) {
    return numbered<crypto::MessageId>(number);
}

inline crypto::AccountKey sender(std::uint32_t number) {
    return numbered<crypto::AccountKey>(number);
}

inline DeskRequest request(std::uint32_t number,
                           Way way = Way::Cold,
                           std::uint32_t difficulty = 500) {
    DeskRequest out;
    out.claim.id = id(number);
    out.claim.sender = sender(number);
    out.claim.way = way;
    out.claim.difficulty = difficulty;
    out.claim.epoch = epoch;
    out.content.name = "somebody";
    out.content.text = "it is me";
    out.arrived = start;
    return out;
}

inline StrangerDesk make_desk(StrangerDesk::Settings settings = {}) {
    return {DeskSecret::copy_of(Bytes(32, 7)), settings, start};
}

}  // namespace kith::reputation
