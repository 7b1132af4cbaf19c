// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/fingerprint.h"

#include "core/base/encoding.h"
#include "core/base/refusal.h"
#include "core/crypto/hash.h"

#include <algorithm>

namespace kith::identity {

using crypto::Label;

namespace {

// Makes searching for a key with a similar number 5,200 times as expensive.
constexpr int rounds = 5200;
constexpr std::size_t groups_per_key = 6;
constexpr std::size_t digits_per_group = 5;
constexpr std::size_t bytes_per_group = 5;
constexpr std::uint64_t group_values = 100000;

constexpr std::string_view qr_prefix = "KITH:V/1";

// 30 digits.
std::string digits_of(const crypto::AccountKey& account) {
    crypto::Hash64 hash =
        crypto::sha512(crypto::label_bytes(Label::Fp, crypto::LabelUse::Inside), account, account);
    for (int round = 0; round < rounds; ++round)
        hash = crypto::sha512(hash, account);
    std::string digits;
    for (std::size_t group = 0; group < groups_per_key; ++group) {
        std::uint64_t value = 0;
        for (const std::uint8_t byte :
             hash.view().subspan(group * bytes_per_group, bytes_per_group)) {
            value = (value << 8) | byte;
        }
        const std::string number = std::to_string(value % group_values);
        digits.append(digits_per_group - number.size(), '0').append(number);
    }
    return digits;
}

crypto::Hash32 pair_hash(const crypto::AccountKey& one, const crypto::AccountKey& other) {
    return crypto::hash(Label::Sn, std::min(one, other), std::max(one, other));
}

}  // namespace

std::string safety_number(const crypto::AccountKey& one, const crypto::AccountKey& other) {
    const std::string a = digits_of(one);
    const std::string b = digits_of(other);
    return grouped(std::min(a, b) + std::max(a, b), digits_per_group);
}

std::string safety_qr(const crypto::AccountKey& one, const crypto::AccountKey& other) {
    return std::string(qr_prefix) + to_base32(pair_hash(one, other));
}

Result<bool> safety_qr_matches(std::string_view scanned,
                               const crypto::AccountKey& one,
                               const crypto::AccountKey& other) {
    if (!scanned.starts_with(qr_prefix)) {
        return refuse(Code::Malformed, "bad_prefix", "not a safety code");
    }
    KITH_TRY(const Bytes bytes, from_base32(scanned.substr(qr_prefix.size())));
    if (bytes.size() != crypto::Hash32::size_bytes) {
        return refuse(Code::Malformed, "bad_length", "a safety code of the wrong length");
    }
    return equal(bytes, pair_hash(one, other));
}

}  // namespace kith::identity
