// SPDX-License-Identifier: GPL-3.0-or-later
// Which addresses a profile can listen on: TCP and UDP with the same port number on each.
#pragma once

#include "core/api/failure.h"
#include "core/base/endpoint.h"

#include <string>
#include <vector>

namespace kith::daemon {

/// The configured addresses, parsed; without those of IPv6 where this machine has none.
std::vector<Endpoint> usable_addresses(const std::vector<std::string>& listen);

/// Whether both TCP and UDP can be bound now on all of them.
bool are_free(const std::vector<Endpoint>& addresses);

/// The same addresses with another port that is free on all; port-in-use: none was found.
api::Outcome<std::vector<Endpoint>> with_free_port(std::vector<Endpoint> addresses);

/// port-in-use with who has the port: `owner` is what taken_by() said.
api::Failure port_in_use(const std::vector<Endpoint>& addresses, const std::string& owner);

/// "process 311 (dhtnode)" when another program has the port; "" when it is free. A confined
/// process can no longer see others, so the daemon asks before (hardening.h).
std::string taken_by(const std::vector<Endpoint>& addresses);

}  // namespace kith::daemon
