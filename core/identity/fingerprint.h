// SPDX-License-Identifier: GPL-3.0-or-later
// The safety number: what two people compare to know that nobody stands between them
// (docs/spec/identity.md#safety-number). It covers the account keys only: a new device leaves it as
// it is, a changed account key does not.
#pragma once

#include "core/base/result.h"
#include "core/crypto/keys.h"

#include <string>
#include <string_view>

namespace kith::identity {

/// 60 digits in 12 groups of 5, the same for both people. 10,400 hashes: about 10 ms.
std::string safety_number(const crypto::AccountKey& one, const crypto::AccountKey& other);

/// "KITH:V/1" and base32 of HL("sn", smaller AK, larger AK): for a QR code.
std::string safety_qr(const crypto::AccountKey& one, const crypto::AccountKey& other);

/// Whether a scanned code is that of these two. Malformed (bad_prefix, bad_char, bad_padding,
/// bad_length) when it is no safety code at all.
Result<bool> safety_qr_matches(std::string_view scanned,
                               const crypto::AccountKey& one,
                               const crypto::AccountKey& other);

}  // namespace kith::identity
