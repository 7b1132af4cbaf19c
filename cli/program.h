// SPDX-License-Identifier: GPL-3.0-or-later
// The whole of `kith` but its entry point, so that tests can run commands.
#pragma once

#include "core/base/profile_paths.h"

namespace kith::cli {

/// Parses, runs, prints. The exit code is one of `kith help exit-codes`. Secret words in argv are
/// overwritten.
int run(int argc, char** argv, const Environment& environment);

}  // namespace kith::cli
