// SPDX-License-Identifier: GPL-3.0-or-later
// A listening socket from systemd: the protocol of sd_listen_fds(3), for one socket.
#pragma once

#include "core/base/profile_paths.h"
#include "daemon/descriptor.h"

namespace kith::daemon {

/// None unless LISTEN_PID names this process and LISTEN_FDS is at least 1.
Descriptor inherited_socket(const Environment& environment);

}  // namespace kith::daemon
