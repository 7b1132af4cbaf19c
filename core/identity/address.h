// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses: what one person gives another (docs/spec/identity.md#address).
//
//   type 1   bech32m("kith", 0x01 || AK)        64 characters: public, s = 0^16
//   type 2   bech32m("kith", 0x02 || AK || s)   90 characters: the default
//
// A type 2 address is a capability: whoever has it can find the account until s changes.
#pragma once

#include "core/base/result.h"
#include "core/crypto/keys.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace kith::identity {

/// Part of the format.
enum class AddressType : std::uint8_t { Public = 1, Private = 2 };

struct Address {
    AddressType type = AddressType::Public;
    crypto::AccountKey account;
    /// Zero for a public address.
    crypto::ReachSecret reach;

    /// Public when the reach secret is zero.
    static Address of(const crypto::AccountKey& account, const crypto::ReachSecret& reach);

    friend bool operator==(const Address&, const Address&) = default;
};

/// "kith1q...", lower case.
std::string to_string(const Address& address);

/// Reads either case, not both mixed. Malformed, with the word of the vectors: size, bad_prefix,
/// mixed_case, bad_char, bad_checksum, bad_padding, bad_type, bad_length; BadKey (bad_point).
Result<Address> parse_address(std::string_view text);

/// How people compare account keys: 32 characters in 8 groups of 4, "7x9r d5tc ...". They are the
/// characters of every address of this account after "kith1q" and one more: 160 bits of AK.
std::string fingerprint(const crypto::AccountKey& account);

/// Characters of a fingerprint, without its spaces.
inline constexpr std::size_t fingerprint_size = 32;

/// The first characters of the fingerprint, 4 by default, more where two names look alike.
/// Requires: length <= 32.
std::string key_tag(const crypto::AccountKey& account, std::size_t length = 4);

}  // namespace kith::identity
