// SPDX-License-Identifier: GPL-3.0-or-later
// The daemon as a process: what happens in which order from the first line of main to the last.
//
// Start: hardening, directories, lock, log, self-test, confinement, control socket, key file,
// store, node; then it is ready. Stop is the reverse, within five seconds; after that the process
// ends all the same, because what was acknowledged is on disk.
#pragma once

#include "core/base/time.h"
#include "daemon/arguments.h"

namespace kith::daemon {

/// How long a clean stop may take.
inline constexpr Duration stop_limit = seconds(5);

/// Runs until it is told to stop. The exit code of docs/spec/control-api.md#errors; a failure to
/// start has been told to the starter, and to the standard error.
int run_daemon(const Arguments& arguments, const Environment& environment);

/// --config, --limits, --version and the like: prints and ends.
int run_job(const Arguments& arguments, const Environment& environment);

}  // namespace kith::daemon
