// SPDX-License-Identifier: GPL-3.0-or-later
// The way to the daemon: a Unix socket that only this user can have made.
#pragma once

#include "cli/descriptor.h"
#include "core/api/failure.h"

#include <string>

namespace kith::cli {

/// Connects, and checks who is on the other side: our own user or root. no-daemon: nobody listens
/// there. forbidden: the directory can be entered by others, or the peer is somebody else.
api::Outcome<Descriptor> connect_socket(const std::string& path);

}  // namespace kith::cli
