// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/address.h"

#include "core/base/assert.h"
#include "core/base/bech32m.h"
#include "core/base/encoding.h"
#include "core/base/refusal.h"
#include "core/crypto/sign.h"

#include <algorithm>
#include <array>

namespace kith::identity {

namespace {

constexpr std::string_view address_prefix = "kith";

Bytes payload(const Address& address) {
    const std::array<std::uint8_t, 1> type{static_cast<std::uint8_t>(address.type)};
    if (address.type == AddressType::Public) return concat(type, address.account);
    return concat(type, address.account, address.reach);
}

// The characters of an address that depend on nothing but the account key.
std::string key_characters(const crypto::AccountKey& account) {
    // Five bits of the type, and the character that the type shares with the key.
    constexpr std::size_t before_key = 2;
    constexpr std::size_t bytes = ((before_key + fingerprint_size) * 5 + 7) / 8;
    std::array<std::uint8_t, bytes> begin{static_cast<std::uint8_t>(AddressType::Public)};
    std::copy_n(account.data(), bytes - 1, begin.begin() + 1);
    return bech32_characters(begin).substr(before_key, fingerprint_size);
}

}  // namespace

Address Address::of(const crypto::AccountKey& account, const crypto::ReachSecret& reach) {
    return {reach.is_zero() ? AddressType::Public : AddressType::Private, account, reach};
}

std::string to_string(const Address& address) {
    return to_bech32m(address_prefix, payload(address));
}

Result<Address> parse_address(std::string_view text) {
    KITH_TRY(const Bytes bytes, from_bech32m(address_prefix, text));
    if (bytes.empty()) return refuse(Code::Malformed, "bad_length", "an empty address");
    Address address;
    address.type = static_cast<AddressType>(bytes[0]);
    if (address.type != AddressType::Public && address.type != AddressType::Private) {
        return refuse(Code::Malformed, "bad_type", "an address of an unknown type");
    }
    constexpr std::size_t public_size = 1 + crypto::AccountKey::size_bytes;
    const bool is_private = address.type == AddressType::Private;
    if (bytes.size() != public_size + (is_private ? crypto::ReachSecret::size_bytes : 0)) {
        return refuse(Code::Malformed, "bad_length", "an address of the wrong length");
    }
    address.account = crypto::AccountKey::copy_of(ByteView(bytes).subspan(1));
    if (is_private) {
        address.reach = crypto::ReachSecret::copy_of(ByteView(bytes).subspan(public_size));
    }
    if (!crypto::is_valid(address.account)) {
        return refuse(Code::BadKey, "bad_point", "the key in the address is not valid");
    }
    return address;
}

std::string fingerprint(const crypto::AccountKey& account) {
    return grouped(key_characters(account));
}

std::string key_tag(const crypto::AccountKey& account, std::size_t length) {
    KITH_ASSERT(length <= fingerprint_size);
    return key_characters(account).substr(0, length);
}

}  // namespace kith::identity
