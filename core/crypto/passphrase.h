// SPDX-License-Identifier: GPL-3.0-or-later
// Argon2id (RFC 9106, p = 1). For passphrases the cost has a floor and a ceiling that hold on
// opening too: an edited file can neither weaken a key nor exhaust the machine. Long: run it on the
// worker.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"

#include <compare>
#include <cstdint>

namespace kith::crypto {

struct Argon2Cost {
    std::uint32_t ops = 0;      ///< passes over the memory
    std::uint32_t mem_kib = 0;  ///< memory in KiB

    friend auto operator<=>(const Argon2Cost&, const Argon2Cost&) = default;
};

inline constexpr Argon2Cost passphrase_floor{3, 64 * 1024};
inline constexpr Argon2Cost passphrase_default{3, 256 * 1024};
inline constexpr Argon2Cost passphrase_ceiling{16, 1024 * 1024};

/// Refused: below the floor, or above the ceiling, in either number.
Result<> check_passphrase_cost(Argon2Cost cost);

/// KEK of a passphrase. Refused: cost outside floor..ceiling, before any work. Busy: the memory
/// cannot be had now.
Result<PassphraseKey> passphrase_key(ByteView passphrase, const Salt16& salt, Argon2Cost cost);

/// Argon2id at any cost, for puzzles and for test files below the floor. InvalidArgument: ops or
/// memory below what Argon2 itself needs (1 pass, 8 KiB). Busy: the memory cannot be had now.
Result<PassphraseKey> argon2id(ByteView password, const Salt16& salt, Argon2Cost cost);

}  // namespace kith::crypto
