// SPDX-License-Identifier: GPL-3.0-or-later
// Days of the directory, and what an address is on one of them.
//
// An epoch is a day from noon to noon UTC. For each, an account has another key A_e, two other
// slots and another cipher key; whoever holds the address computes them, nobody else can connect
// two days. Specification: docs/spec/directory.md#epochs.
//
//   e     = floor((unix - 43200) / 86400)
//   loc_i = HL("loc", A_e, u64 e, u8 i)[:20]        vid_i = HL("bcn-id", A_e, u64 e, u8 i)[:8]
//   K_e   = KDF("bcn-enc", A_e, AK || s, u64 e, 32)
#pragma once

#include "core/base/strong.h"
#include "core/base/time.h"
#include "core/crypto/blind.h"
#include "core/directory/slot.h"

#include <array>
#include <cstdint>

namespace kith::directory {

using Epoch = Strong<std::uint64_t, struct EpochTag>;

/// The epoch of a moment; 0 before 1970-01-01 12:00.
Epoch epoch_at(Timestamp wall);
Timestamp epoch_start(Epoch epoch);

/// Not more than one apart: what nodes store and readers take, whatever their clocks say.
bool is_near(Epoch a, Epoch b);

/// The epochs in which a reader looks, likeliest first.
struct AskOrder {
    std::array<Epoch, 3> epochs;
    /// So many of them together at first: 2 when a boundary is less than 2 h away, else 1. The
    /// others when nothing valid came.
    std::size_t at_once = 1;
};

AskOrder ask_order(Timestamp now);

/// vid_i and loc_i. Requires: index is 0 or 1.
Slot slot_of(const crypto::BlindedAccountKey& account, Epoch epoch, std::uint8_t index);
Slots slots_of(const crypto::BlindedAccountKey& account, Epoch epoch);

/// What an address is in one epoch. Move-only: the cipher key opens beacons.
struct EpochKeys {
    Epoch epoch;
    crypto::BlindedAccountKey account;  // A_e
    Slots slots;
    crypto::BeaconCipherKey cipher;  // K_e

    /// BadKey: `account` is not a valid point. About 100 us.
    static Result<EpochKeys> derive(const crypto::AccountKey& account,
                                    const crypto::ReachSecret& reach,
                                    Epoch epoch);
};

/// d_e: signs the beacons of one epoch and published reach secret. Every device of the account
/// derives it from the shared seed.
crypto::BeaconKeyPair beacon_pair(const crypto::BeaconSeed& seed,
                                  const crypto::ReachSecret& reach,
                                  Epoch epoch);

}  // namespace kith::directory
