// SPDX-License-Identifier: GPL-3.0-or-later
// The account: its root key AK, the recovery key that people write down, and what all devices of
// the account share (docs/spec/identity.md#keys).
//
// AK signs device lists and blind-signs beacon certificates, nothing else. Only admin devices hold
// it. The beacon seed lets a device publish and collect mail; it can neither decrypt nor sign a
// message, and it is replaced when a device is removed.
#pragma once

#include "core/crypto/keys.h"
#include "core/crypto/sign.h"
#include "core/identity/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kith::identity {

/// The account as one of its devices holds it. Move-only.
struct Account {
    crypto::AccountKey key;
    /// On admin devices only.
    std::optional<crypto::AccountKeyPair> root;
    /// s of the address we give away now; zero for a public address.
    crypto::ReachSecret reach;
    crypto::BeaconSeed beacon_seed;
    /// bg of the device list that goes with this seed.
    std::uint32_t beacon_generation = 1;

    /// A new account with this device as its admin.
    static Account generate(Random& random, AddressType type = AddressType::Private);

    /// A restored account: new seed, generation to be set from the newest list.
    static Account restore(crypto::AccountKeyPair root, Random& random);

    Address address() const { return Address::of(key, reach); }

    /// For the store, versioned. Secret: the caller seals and wipes the bytes.
    Bytes encode() const;
    /// Malformed, UnsupportedVersion; BadKey when the seed is not that of the key.
    static Result<Account> decode(ByteView row);
};

/// "KITH-SECRET-1...", 72 characters of upper-case bech32m. Secret: whoever has it is the account.
std::string recovery_key(const crypto::AccountKeyPair& root);

/// Malformed, with the word of the vectors: bad_prefix, mixed_case, bad_char, size, bad_checksum,
/// bad_padding, bad_length, bad_type. Either case is read; the caller wipes the text.
Result<crypto::AccountKeyPair> from_recovery_key(std::string_view text);

/// box_id = HL("box", MSK)[:16].
crypto::BoxId box_id(const crypto::MailboxKey& key);

/// LK, the same on all devices of the account: owns the lease at one mailbox host.
crypto::LeaseKeyPair lease_key(const crypto::BeaconSeed& seed, const crypto::BoxId& box);

/// lease_id = HL("lease", LK, box_id)[:16].
crypto::LeaseId lease_id(const crypto::LeaseKey& key, const crypto::BoxId& box);

}  // namespace kith::identity
