// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/hardening.h"

#include "daemon/private_file.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>

namespace kith::daemon {

Result<> harden_process() {
    ::umask(S_IRWXG | S_IRWXO);
    const rlimit no_core{0, 0};
    if (::setrlimit(RLIMIT_CORE, &no_core) != 0) {
        return tl::unexpected(system_error("core limit", errno));
    }
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return tl::unexpected(system_error("core dumps", errno));
    }
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return tl::unexpected(system_error("no new privileges", errno));
    }
    return success();
}

}  // namespace kith::daemon
