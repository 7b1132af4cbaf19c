// SPDX-License-Identifier: GPL-3.0-or-later
// What kithd says when it cannot go on.
#pragma once

namespace kith::daemon {

/// From now on an operator new that finds no memory ends the process there, with exit code 1 and a
/// sentence for people; so does a std::bad_alloc of somebody else that nobody catches. Nothing is
/// unwound: what is synced is whole, and this is no other end than kill -9. Other exceptions that
/// nobody catches abort, as before. Once, before other threads. docs/decisions/0023.
void end_when_memory_runs_out();

}  // namespace kith::daemon
