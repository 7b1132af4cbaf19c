// SPDX-License-Identifier: GPL-3.0-or-later
// The one place that knows which class stands behind each port: it builds store, transport,
// directory and node around a master key, in that order, and takes them apart in the reverse one.
#pragma once

#include "core/base/profile_paths.h"
#include "core/transport/transport.h"
#include "daemon/config.h"
#include "daemon/profile.h"

#include <memory>
#include <string>
#include <vector>

namespace kith::daemon {

/// The clocks of the system.
std::unique_ptr<Clock> make_system_clock(asio::any_io_executor executor);

/// What an opened profile is built from. All outlive it.
struct Parts {
    asio::any_io_executor executor;
    Clock& clock;
    Random& random;
    Worker& worker;
    std::string version;
    std::string port_owner;  // who has our port, if anybody
};

/// Opens the store, binds the ports, reads the node, and starts it if it is set up. Failures:
/// newer-data, store-corrupt, no-space, store-read-only; port-in-use; what the node says.
[[nodiscard]] Task<Profile::Opened> open_profile(Parts parts,
                                                 ProfilePaths paths,
                                                 Config config,
                                                 crypto::MasterKey master);

/// Binds the ports and makes the transport over them; in a file of its own, so that a test can put
/// another one in its place. As TlsTransport::open().
Result<std::unique_ptr<transport::Transport>> open_transport(const Parts& parts,
                                                             const std::vector<Endpoint>& listen);

}  // namespace kith::daemon
