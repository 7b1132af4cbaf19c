// SPDX-License-Identifier: GPL-3.0-or-later
// What a node of the network accepts for storing, and what may replace it.
//
// Key and id of a record are recomputed from what it carries, so one key holds one value and junk
// cannot share it. The rules take the cheap checks first and the reader runs the same code: a
// reader relies on nothing that storing nodes checked. Specification:
// docs/spec/directory.md#storing.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/directory/epoch.h"
#include "core/directory/slot.h"

namespace kith::directory {

/// OpenDHT value types of this protocol; every other one is refused.
inline constexpr std::uint16_t beacon_type = 0x4B01;
inline constexpr std::uint16_t offer_type = 0x4B02;  // kept for mailbox offers

/// How long holders keep a record.
inline constexpr Duration record_lifetime = std::chrono::hours(24);

/// All checks of a beacon that need no secret, in the order of the specification: size, version,
/// index, epoch near `now`, location and id from A_e, both keys, certificate, signature.
///
/// Errors as read_beacon(); about 500 us when all is well.
Result<> check_record(const Slot& slot, ByteView data, Epoch now);

/// As check_record up to the first signature: about a microsecond, to be asked before a quota of
/// signature checks is charged.
Result<> check_record_form(const Slot& slot, ByteView data, Epoch now);

/// What a beacon says to everybody.
struct OpenBeacon {
    Epoch epoch;
    std::uint8_t index = 0;
    crypto::BlindedAccountKey account;  // A_e
    crypto::BeaconKey signer;           // D_e
    Revision revision;
};

/// A beacon of whatever epoch, which names its slot itself, for whoever keeps it for its owner.
/// Errors as check_record(), but none about epoch and slot.
Result<OpenBeacon> read_open_beacon(ByteView data);

/// The new record stands alone and is newer than the old one. Stale ("not_newer") otherwise.
Result<> check_replacement(const Slot& slot, ByteView old_data, ByteView new_data, Epoch now);

/// Revision of a record whose form was checked. Requires: data.size() == beacon_size.
Revision revision_of(ByteView data);

}  // namespace kith::directory
