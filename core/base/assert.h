// SPDX-License-Identifier: GPL-3.0-or-later
// KITH_ASSERT: our own invariants, in every build. Never for input: that gets a Result.
#pragma once

namespace kith {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace kith

#define KITH_ASSERT(condition)                                        \
    do {                                                              \
        if (!(condition)) [[unlikely]]                                \
            ::kith::assertion_failed(#condition, __FILE__, __LINE__); \
    } while (false)
