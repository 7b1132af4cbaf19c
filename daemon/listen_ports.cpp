// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/listen_ports.h"

#include "core/base/asio_net.h"
#include "daemon/port_owner.h"

#include <fmt/format.h>

#include <algorithm>

namespace kith::daemon {
namespace {

using boost::system::error_code;

/// Binds, asks for the port, lets go.
template <class Protocol>
Result<std::uint16_t> bound_port(asio::io_context& io, const Endpoint& address) {
    typename Protocol::socket socket(io);
    const auto target = to_asio<Protocol>(address);
    error_code error;
    socket.open(target.protocol(), error);
    if (!error && !address.is_v4()) socket.set_option(asio::ip::v6_only(true), error);
    if constexpr (std::is_same_v<Protocol, Tcp>) {
        // As the listener does: connections that just ended do not count.
        if (!error) socket.set_option(Tcp::socket::reuse_address(true), error);
    }
    if (!error) socket.bind(target, error);
    if (error) return fail(Code::Busy, error.message());
    return socket.local_endpoint().port();
}

bool has_ipv6() {
    asio::io_context io;
    Endpoint any;
    return bound_port<Udp>(io, any).has_value();
}

}  // namespace

std::vector<Endpoint> usable_addresses(const std::vector<std::string>& listen) {
    std::vector<Endpoint> addresses;
    for (const std::string& text : listen) {
        if (const auto address = parse_endpoint(text)) addresses.push_back(*address);
    }
    if (std::ranges::any_of(addresses, [](const Endpoint& a) { return !a.is_v4(); }) &&
        !has_ipv6()) {
        std::erase_if(addresses, [](const Endpoint& address) { return !address.is_v4(); });
    }
    return addresses;
}

bool are_free(const std::vector<Endpoint>& addresses) {
    asio::io_context io;
    return std::ranges::all_of(addresses, [&](const Endpoint& address) {
        return bound_port<Tcp>(io, address).has_value() && bound_port<Udp>(io, address).has_value();
    });
}

api::Outcome<std::vector<Endpoint>> with_free_port(std::vector<Endpoint> addresses) {
    asio::io_context io;
    constexpr int tries = 32;
    for (int i = 0; i < tries && !addresses.empty(); ++i) {
        addresses.front().port = 0;
        const auto port = bound_port<Tcp>(io, addresses.front());
        if (!port) break;
        for (Endpoint& address : addresses)
            address.port = *port;
        if (are_free(addresses)) return addresses;
    }
    return api::failure(api::Problem::PortInUse, "no free port was found");
}

api::Failure port_in_use(const std::vector<Endpoint>& addresses, const std::string& owner) {
    const std::uint16_t port = addresses.empty() ? std::uint16_t{0} : addresses.front().port;
    return api::Failure(
        api::Problem::PortInUse,
        fmt::format("port {} is used by {}", port, owner.empty() ? "another program" : owner),
        "kith config set daemon.listen 0.0.0.0:0");
}

std::string taken_by(const std::vector<Endpoint>& addresses) {
    if (addresses.empty() || are_free(addresses)) return {};
    return describe_port_owner(addresses.front().port);
}

}  // namespace kith::daemon
