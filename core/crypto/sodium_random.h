// SPDX-License-Identifier: GPL-3.0-or-later
// The production Random, and the start of libsodium. sodium_random.cpp is the only caller of
// libsodium's generator in kith; no other code uses a libsodium call that draws by itself.
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"

#include <memory>

namespace kith::crypto {

/// Cryptographic randomness of the operating system. Thread-safe.
class SodiumRandom final : public Random {
  public:
    /// Starts libsodium and runs the self-test. The first thing a program does: the daemon refuses
    /// to run on failure. Internal: no libsodium. BadKey: it accepts keys that it must not.
    static Result<std::unique_ptr<SodiumRandom>> create();

    void fill(MutableByteView out) override;

  private:
    SodiumRandom() = default;
};

/// The question the self-test asks: is this a canonical point of prime order?
using PointCheck = bool (*)(const AccountKey& key);

/// BadKey: `check` accepts a mixed-order point P + T2, P + T4 or P + T8 (CVE-2025-69277, fixed in
/// libsodium23 1.0.18-1+deb12u1), or refuses P. Key blinding depends on it.
Result<> self_test(PointCheck check);

}  // namespace kith::crypto
