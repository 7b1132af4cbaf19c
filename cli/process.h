// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting for another process to end, a child or not.
#pragma once

#include "core/base/time.h"

namespace kith::cli {

/// True when it has ended, or there is no such process, before `limit` has passed. Does not reap.
bool has_ended(int pid, Duration limit);

}  // namespace kith::cli
