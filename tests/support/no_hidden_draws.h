// SPDX-License-Identifier: GPL-3.0-or-later
// A program that links kith_test_support gets a libsodium generator that aborts: randomness is an
// argument everywhere, so a draw behind the caller's back ends the test.
#pragma once

namespace kith::test {

/// Lets libsodium draw while it lives, for tests of SodiumRandom itself.
class AllowDraws {
  public:
    AllowDraws();
    AllowDraws(const AllowDraws&) = delete;
    AllowDraws& operator=(const AllowDraws&) = delete;
    ~AllowDraws();
};

}  // namespace kith::test
