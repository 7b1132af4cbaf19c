// SPDX-License-Identifier: GPL-3.0-or-later
// What the process gives up before it reads a key: nobody may look into it, and a fault in a parser
// must not become a shell. Needs no privilege. docs/threat-model.md#hardening
#pragma once

#include "core/base/result.h"

#include <string>
#include <vector>

namespace kith::daemon {

/// umask 077, no core dump, no debugger of the same user, no new privileges. To be called first,
/// before threads and files.
Result<> harden_process();

/// From now on only what is below `writable` can be changed, and read only that, `readable` and the
/// system's own files (Landlock). Places that do not exist are left out. Success where the kernel
/// has no Landlock. To be called when all directories exist, before threads and the network.
Result<> confine_files(const std::vector<std::string>& writable,
                       const std::vector<std::string>& readable);

/// Takes away the system calls that kithd never makes: new programs, mounts, debugging, modules,
/// keys, namespaces (seccomp). They fail with EPERM.
Result<> confine_calls();

}  // namespace kith::daemon
