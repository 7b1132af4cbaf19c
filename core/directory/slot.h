// SPDX-License-Identifier: GPL-3.0-or-later
// Where a record lives in the DHT. Every record is kept at two independent slots, so that whoever
// surrounds one key hides nothing. Both numbers are computed from what the record itself carries
// (core/directory/epoch.h), hence one slot can hold one record and junk cannot share it.
#pragma once

#include "core/base/bytes.h"
#include "core/base/strong.h"

#include <array>
#include <compare>
#include <cstdint>

namespace kith::directory {

/// The DHT key, OpenDHT's InfoHash: 20 bytes.
using Location = PublicBytes<20, struct LocationTag>;

/// The value's id at that key. Never 0.
using ValueId = Strong<std::uint64_t, struct ValueIdTag>;

struct Slot {
    Location location;
    ValueId id;

    friend auto operator<=>(const Slot&, const Slot&) = default;
};

/// Both slots of one record, in the order of their index.
using Slots = std::array<Slot, 2>;

/// Which of two records of one slot is newer: certificates are made again first, records within
/// one certificate second. Compared as a pair.
struct Revision {
    std::uint32_t reissue = 0;
    std::uint32_t rev = 0;

    friend auto operator<=>(const Revision&, const Revision&) = default;
};

}  // namespace kith::directory
