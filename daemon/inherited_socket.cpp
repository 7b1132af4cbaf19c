// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/inherited_socket.h"

#include <fmt/format.h>

namespace kith::daemon {
namespace {

constexpr int first_descriptor = 3;

}  // namespace

Descriptor inherited_socket(const Environment& environment) {
    const bool ours = environment("LISTEN_PID").value_or("") == fmt::format("{}", ::getpid());
    const std::string count = environment("LISTEN_FDS").value_or("0");
    if (!ours || count == "0") return {};
    return Descriptor(first_descriptor);
}

}  // namespace kith::daemon
