// SPDX-License-Identifier: GPL-3.0-or-later
// The limits of core/base/limits.h by name, for `kithd --limits` and `kith net limits`.
#pragma once

#include "core/api/network.h"

#include <vector>

namespace kith::daemon {

std::vector<api::Limit> all_limits();

}  // namespace kith::daemon
