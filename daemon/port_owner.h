// SPDX-License-Identifier: GPL-3.0-or-later
// Who has a port, for the error message that says it is taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kith::daemon {

struct PortOwner {
    int pid = 0;
    std::string name;  // of the program, untrusted
};

/// A process with a TCP listener or a UDP socket on that port. nullopt: none that this user may
/// look at.
std::optional<PortOwner> port_owner(std::uint16_t port);

/// "process 311 (dhtnode)", or "another program".
std::string describe_port_owner(std::uint16_t port);

}  // namespace kith::daemon
