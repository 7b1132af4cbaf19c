// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/process.h"

#include "cli/clock.h"
#include "cli/descriptor.h"

#include <poll.h>
#include <sys/syscall.h>

#include <cerrno>

namespace kith::cli {

bool has_ended(int pid, Duration limit) {
    // The wrapper of glibc 2.36 cannot be linked from C++.
    const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!process) return true;
    const SteadyTime deadline = steady_now() + limit;
    for (;;) {
        pollfd wanted{process.get(), POLLIN, 0};
        const int count = ::poll(&wanted, 1, poll_timeout(deadline));
        if (count >= 0 || errno != EINTR) return count > 0;
    }
}

}  // namespace kith::cli
