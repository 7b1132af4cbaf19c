// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the router of the home network to pass one port on to us, by UPnP IGD or NAT-PMP (RFC 6886).
//
// These functions block, for up to about four seconds: they run on the worker. TCP and UDP are
// mapped together or not at all, to the same external port, since an endpoint of kith is both.
// PortKeeper decides when and what to ask.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/result.h"
#include "core/base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kith::transport {

struct MapRequest {
    std::uint16_t internal_port = 0;
    std::uint16_t external_port = 0;
    /// Zero takes the mapping back.
    Duration lease{};
};

enum class MapProtocol { Upnp, NatPmp };

/// As people know it: "UPnP", "NAT-PMP".
std::string_view to_string(MapProtocol protocol);

struct MappedPort {
    /// Where the outside reaches us; unspecified when the mapping was taken back.
    Endpoint external;
    MapProtocol by = MapProtocol::Upnp;

    friend bool operator==(const MappedPort&, const MappedPort&) = default;
};

/// UPnP, and where there is none NAT-PMP. Errors: Unreachable (no router does this, or it has no
/// public address itself), Refused (not this port: try another).
Result<MappedPort> map_port(const MapRequest& request);

/// `description`: URL of the device description; empty: looked for on the network.
Result<MappedPort> map_by_upnp(const MapRequest& request, const std::string& description = {});

/// `gateway`: its address; nullopt: the default gateway.
Result<MappedPort> map_by_nat_pmp(const MapRequest& request,
                                  const std::optional<Endpoint>& gateway = {});

}  // namespace kith::transport
