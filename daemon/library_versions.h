// SPDX-License-Identifier: GPL-3.0-or-later
// The versions of the libraries that this process runs with, for reports of problems.
#pragma once

#include <map>
#include <string>

namespace kith::daemon {

/// By name: "libsodium", "gnutls", "opendht", "rocksdb". "unknown" for one that does not tell.
std::map<std::string, std::string> library_versions();

/// Of this build.
std::string version();

}  // namespace kith::daemon
