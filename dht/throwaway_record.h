// SPDX-License-Identifier: GPL-3.0-or-later
// A valid record that belongs to nobody, for the self-test: nodes store what an account has signed
// and nothing else, so the test signs with an account that is forgotten at once.
#pragma once

#include "core/base/random.h"
#include "core/base/time.h"
#include "core/directory/directory.h"

#include <array>

namespace kith::dht {

/// Looks like any other beacon to those who store it. About a millisecond.
std::array<directory::Record, 2> throwaway_record(Timestamp now, Random& random);

}  // namespace kith::dht
