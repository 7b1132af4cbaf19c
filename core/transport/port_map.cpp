// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/port_map.h"

#include "core/base/asio_net.h"

#include <fmt/format.h>
#include <miniupnpc/miniupnpc.h>
#include <miniupnpc/miniwget.h>
#include <miniupnpc/upnpcommands.h>
#include <miniupnpc/upnperrors.h>
#include <natpmp.h>
#include <poll.h>
#include <sys/param.h>

#include <array>
#include <cstring>
#include <memory>
#include <utility>

namespace kith::transport {
namespace {

constexpr int discovery_ms = 1000;
constexpr std::chrono::seconds description_patience{1};
// Requests are repeated after 250, 500, 1000 ms, then given up.
constexpr int nat_pmp_tries = 4;
// UPnP errors that concern this port only, and the one of routers that know no leases.
constexpr int conflict = 718;
constexpr int same_port_wanted = 724;
constexpr int only_permanent = 725;

tl::unexpected<Error> no_router(std::string why) {
    return fail(Code::Unreachable, std::move(why));
}

Result<Endpoint> public_endpoint(const std::string& address, std::uint16_t port) {
    auto external = parse_endpoint(fmt::format("{}:{}", address, port));
    if (!external || external->is_private() || external->is_unspecified()) {
        return no_router("the router has no public address itself");
    }
    return external;
}

std::uint32_t seconds_of(Duration lease) {
    return static_cast<std::uint32_t>(std::chrono::duration_cast<seconds>(lease).count());
}

// --- UPnP ---------------------------------------------------------------------------------------

// A gateway device that is connected to the outside.
struct Gateway {
    Gateway() = default;
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    ~Gateway() { FreeUPNPUrls(&urls); }

    UPNPUrls urls{};
    IGDdatas data{};
    std::array<char, 64> our_address{};
};

// Whether somebody accepts connections where the description is said to be. miniupnpc would find
// out by itself, but tells standard error when nobody does.
bool answers(const char* url) {
    std::array<char, MAXHOSTNAMELEN + 1> host{};
    unsigned short port = 0;
    char* path = nullptr;
    unsigned scope = 0;
    if (parseURL(url, host.data(), &port, &path, &scope) == 0) return false;
    asio::io_context io;
    Tcp::socket socket(io);
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host.data(), error);
    if (error) return false;
    bool connected = false;
    socket.async_connect(Tcp::endpoint(address, port),
                         [&connected](const auto& failed) { connected = !failed; });
    io.run_for(description_patience);
    return connected;
}

bool find_gateway(const std::string& description, Gateway& out) {
    const auto size = static_cast<int>(out.our_address.size());
    if (!description.empty()) {
        return answers(description.c_str()) &&
               UPNP_GetIGDFromUrl(
                   description.c_str(), &out.urls, &out.data, out.our_address.data(), size) == 1;
    }
    int error = 0;
    const std::unique_ptr<UPNPDev, void (*)(UPNPDev*)> devices(
        upnpDiscover(discovery_ms, nullptr, nullptr, UPNP_LOCAL_PORT_ANY, 0, 2, &error),
        &freeUPNPDevlist);
    for (UPNPDev* device = devices.get(); device != nullptr; device = device->pNext) {
        if (!answers(device->descURL)) continue;
        // A list of this one.
        UPNPDev* const next = std::exchange(device->pNext, nullptr);
        const bool valid =
            UPNP_GetValidIGD(device, &out.urls, &out.data, out.our_address.data(), size) == 1;
        device->pNext = next;
        if (valid) return true;
        FreeUPNPUrls(&out.urls);
    }
    return false;
}

int add(const Gateway& gateway, const MapRequest& request, const char* protocol, bool permanent) {
    const auto external = std::to_string(request.external_port);
    const auto internal = std::to_string(request.internal_port);
    const auto lease = std::to_string(permanent ? 0 : seconds_of(request.lease));
    return UPNP_AddPortMapping(gateway.urls.controlURL,
                               gateway.data.first.servicetype,
                               external.c_str(),
                               internal.c_str(),
                               gateway.our_address.data(),
                               "kith",
                               protocol,
                               nullptr,
                               lease.c_str());
}

Result<> add(const Gateway& gateway, const MapRequest& request, const char* protocol) {
    int status = add(gateway, request, protocol, false);
    if (status == only_permanent) status = add(gateway, request, protocol, true);
    if (status == UPNPCOMMAND_SUCCESS) return success();
    const auto* why = strupnperror(status);
    const bool other_port = status == conflict || status == same_port_wanted;
    return fail(other_port ? Code::Refused : Code::Unreachable,
                fmt::format("UPnP, {}: {}", protocol, why == nullptr ? "refused" : why));
}

void remove(const Gateway& gateway, std::uint16_t external_port, const char* protocol) {
    const auto port = std::to_string(external_port);
    UPNP_DeletePortMapping(
        gateway.urls.controlURL, gateway.data.first.servicetype, port.c_str(), protocol, nullptr);
}

// --- NAT-PMP ------------------------------------------------------------------------------------

struct NatPmp {
    NatPmp() = default;
    NatPmp(const NatPmp&) = delete;
    NatPmp& operator=(const NatPmp&) = delete;

    ~NatPmp() {
        if (open) closenatpmp(&session);
    }

    natpmp_t session{};
    bool open = false;
};

Result<natpmpresp_t> answer(natpmp_t& session) {
    for (;;) {
        timeval wait{};
        if (getnatpmprequesttimeout(&session, &wait) != 0) return no_router("NAT-PMP: no request");
        pollfd readable{session.s, POLLIN, 0};
        const auto milliseconds = static_cast<int>(wait.tv_sec * 1000 + wait.tv_usec / 1000 + 1);
        std::ignore = ::poll(&readable, 1, milliseconds);
        natpmpresp_t response{};
        const int status = readnatpmpresponseorretry(&session, &response);
        if (status == 0) return response;
        if (status != NATPMP_TRYAGAIN) return no_router(fmt::format("NAT-PMP error {}", status));
        if (session.try_number >= nat_pmp_tries) return no_router("NAT-PMP: no answer");
    }
}

// Asks for the port and says which one was given.
Result<std::uint16_t> ask(natpmp_t& session, const MapRequest& request, int protocol) {
    // A mapping is taken back by asking for port and lifetime 0 (RFC 6886 3.4).
    const bool take_back = request.lease == Duration::zero();
    const std::uint16_t external = take_back ? std::uint16_t{0} : request.external_port;
    const int sent = sendnewportmappingrequest(
        &session, protocol, request.internal_port, external, seconds_of(request.lease));
    if (sent < 0) return no_router("NAT-PMP: cannot send");
    KITH_TRY(const auto response, answer(session));
    return response.pnu.newportmapping.mappedpublicport;
}

Result<> take_back(natpmp_t& session, MapRequest request) {
    request.lease = Duration::zero();
    for (const int protocol : {NATPMP_PROTOCOL_TCP, NATPMP_PROTOCOL_UDP})
        KITH_CHECK(ask(session, request, protocol));
    return success();
}

}  // namespace

std::string_view to_string(MapProtocol protocol) {
    return protocol == MapProtocol::Upnp ? "UPnP" : "NAT-PMP";
}

Result<MappedPort> map_by_upnp(const MapRequest& request, const std::string& description) {
    Gateway gateway;
    if (!find_gateway(description, gateway)) return no_router("no UPnP gateway");
    if (request.lease == Duration::zero()) {
        remove(gateway, request.external_port, "TCP");
        remove(gateway, request.external_port, "UDP");
        return MappedPort{{}, MapProtocol::Upnp};
    }
    std::array<char, 64> address{};
    const int status = UPNP_GetExternalIPAddress(
        gateway.urls.controlURL, gateway.data.first.servicetype, address.data());
    if (status != UPNPCOMMAND_SUCCESS) return no_router("UPnP: no external address");
    KITH_TRY(const auto external, public_endpoint(address.data(), request.external_port));
    KITH_CHECK(add(gateway, request, "TCP"));
    if (auto udp = add(gateway, request, "UDP"); !udp) {
        remove(gateway, request.external_port, "TCP");
        return tl::unexpected(std::move(udp).error());
    }
    return MappedPort{external, MapProtocol::Upnp};
}

Result<MappedPort> map_by_nat_pmp(const MapRequest& request,
                                  const std::optional<Endpoint>& gateway) {
    NatPmp client;
    in_addr_t forced = 0;
    if (gateway) std::memcpy(&forced, gateway->address.data() + 12, sizeof(forced));
    if (initnatpmp(&client.session, gateway ? 1 : 0, forced) != 0) return no_router("no gateway");
    client.open = true;
    if (request.lease == Duration::zero()) {
        KITH_CHECK(take_back(client.session, request));
        return MappedPort{{}, MapProtocol::NatPmp};
    }

    if (sendpublicaddressrequest(&client.session) < 0) return no_router("NAT-PMP: cannot send");
    KITH_TRY(const auto response, answer(client.session));
    std::array<std::uint8_t, 4> address{};
    std::memcpy(address.data(), &response.pnu.publicaddress.addr, address.size());
    const auto text = fmt::format("{}", fmt::join(address, "."));
    KITH_TRY(const auto external, public_endpoint(text, request.external_port));

    // The gateway may give another port than the one asked for.
    for (const int protocol : {NATPMP_PROTOCOL_TCP, NATPMP_PROTOCOL_UDP}) {
        const auto given = ask(client.session, request, protocol);
        if (given && *given == request.external_port) continue;
        std::ignore = take_back(client.session, request);
        if (!given) return tl::unexpected(given.error());
        return fail(Code::Refused, "NAT-PMP: the gateway gave another port");
    }
    return MappedPort{external, MapProtocol::NatPmp};
}

Result<MappedPort> map_port(const MapRequest& request) {
    auto mapped = map_by_upnp(request);
    if (mapped || mapped.error().code == Code::Refused) return mapped;
    return map_by_nat_pmp(request);
}

}  // namespace kith::transport
