// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/transport/fake_router.h"

#include <boost/asio/write.hpp>

namespace kith::transport {
namespace {

constexpr std::uint16_t nat_pmp_port = 5351;
constexpr const char* service = "urn:schemas-upnp-org:service:WANIPConnection:1";

// The text between <name> and </name>.
std::string field(const std::string& xml, const std::string& name) {
    const auto start = xml.find("<" + name + ">");
    if (start == std::string::npos) return {};
    const auto from = start + name.size() + 2;
    return xml.substr(from, xml.find("</" + name + ">") - from);
}

std::string http(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: text/xml\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
}

std::string soap(const std::string& inside) {
    return "<?xml version=\"1.0\"?><s:Envelope "
           "xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>" +
           inside + "</s:Body></s:Envelope>";
}

std::string soap_error(int code) {
    return http("500 Internal Server Error",
                soap("<s:Fault><detail><UPnPError><errorCode>" + std::to_string(code) +
                     "</errorCode></UPnPError></detail></s:Fault>"));
}

std::string description() {
    const auto device = [](const std::string& type, const std::string& inside) {
        return "<device><deviceType>urn:schemas-upnp-org:device:" + type + ":1</deviceType>" +
               inside + "</device>";
    };
    const auto services = [](const std::string& type, const std::string& control) {
        return "<serviceList><service><serviceType>" + type + "</serviceType><controlURL>" +
               control +
               "</controlURL><eventSubURL>/e</eventSubURL><SCPDURL>/s</SCPDURL></service>"
               "</serviceList>";
    };
    const auto connection = device("WANConnectionDevice", services(service, "/control"));
    const auto wan =
        device("WANDevice",
               services("urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1", "/common") +
                   "<deviceList>" + connection + "</deviceList>");
    return "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\">" +
           device("InternetGatewayDevice", "<deviceList>" + wan + "</deviceList>") + "</root>";
}

}  // namespace

// --- NAT-PMP ------------------------------------------------------------------------------------

FakeNatPmp::FakeNatPmp(RouterState& state) : state_(state) {
    boost::system::error_code error;
    socket_.open(Udp::v4());
    socket_.bind(to_asio<Udp>(Endpoint::v4(127, 0, 0, 1, nat_pmp_port)), error);
    if (error) return;
    open_ = true;
    thread_ = std::thread([this] { serve(); });
}

FakeNatPmp::~FakeNatPmp() {
    if (!open_.exchange(false)) return;
    // Wakes the thread, which then sees that it is over.
    Udp::socket waker(io_, Udp::v4());
    waker.send_to(asio::buffer("x", 1), to_asio<Udp>(Endpoint::v4(127, 0, 0, 1, nat_pmp_port)));
    thread_.join();
}

void FakeNatPmp::serve() {
    while (open_) {
        Bytes buffer(64);
        Udp::endpoint from;
        boost::system::error_code error;
        const auto count = socket_.receive_from(asio::buffer(buffer), from, 0, error);
        if (error || !open_) continue;
        const Bytes reply = state_.with(
            [&](RouterFacts& router) { return answer(router, ByteView(buffer).first(count)); });
        if (!reply.empty()) socket_.send_to(asio::buffer(reply), from, 0, error);
    }
}

Bytes FakeNatPmp::answer(RouterFacts& router, ByteView request) {
    if (request.size() < 2) return {};
    const std::uint8_t operation = request[1];
    Bytes out{0, static_cast<std::uint8_t>(128 + operation), 0, 0, 0, 0, 0, 1};
    if (operation == 0) {
        append(out, router.address);
        return out;
    }
    const std::string protocol = operation == 1 ? "UDP" : "TCP";
    const auto internal = read_be<std::uint16_t>(request.subspan(4));
    auto external = read_be<std::uint16_t>(request.subspan(6));
    const auto lifetime = read_be<std::uint32_t>(request.subspan(8));
    router.asked.push_back(protocol + " " + std::to_string(external) + " " +
                           std::to_string(lifetime));
    if (lifetime == 0) {
        std::erase_if(router.mapped, [&](const auto& item) {
            return item.first.first == protocol && item.second == internal;
        });
    } else {
        if (router.refuse_udp && protocol == "UDP") ++external;
        router.mapped[{protocol, external}] = internal;
    }
    append_be<std::uint16_t>(out, internal);
    append_be<std::uint16_t>(out, external);
    append_be<std::uint32_t>(out, lifetime);
    return out;
}

// --- UPnP ---------------------------------------------------------------------------------------

FakeIgd::FakeIgd(RouterState& state)
    : state_(state), acceptor_(io_, to_asio<Tcp>(Endpoint::v4(127, 0, 0, 1, 0))) {
    thread_ = std::thread([this] { serve(); });
}

FakeIgd::~FakeIgd() {
    stop_ = true;
    Tcp::socket waker(io_);
    boost::system::error_code ignored;
    waker.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
}

std::string FakeIgd::url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/desc.xml";
}

void FakeIgd::serve() {
    while (!stop_) {
        Tcp::socket socket(io_);
        boost::system::error_code error;
        acceptor_.accept(socket, error);
        if (error || stop_) continue;
        std::string request;
        std::array<char, 4096> part{};
        // Until head and body are there.
        for (;;) {
            const auto count = socket.read_some(asio::buffer(part), error);
            if (error) break;
            request.append(part.data(), count);
            const auto head = request.find("\r\n\r\n");
            if (head == std::string::npos) continue;
            const auto length = request.find("Content-Length: ");
            const auto body =
                length == std::string::npos ? 0 : std::stoul(request.substr(length + 16));
            if (request.size() >= head + 4 + body) break;
        }
        if (error) continue;
        const std::string reply =
            state_.with([&](RouterFacts& router) { return answer(router, request); });
        asio::write(socket, asio::buffer(reply), error);
    }
}

std::string FakeIgd::answer(RouterFacts& router, const std::string& request) {
    if (request.starts_with("GET /desc.xml")) return http("200 OK", description());
    if (request.starts_with("POST /control")) return act(router, request);
    return http("404 Not Found", "");
}

std::string FakeIgd::act(RouterFacts& router, const std::string& request) {
    if (request.find("#GetExternalIPAddress") != std::string::npos) {
        std::string address;
        for (const auto byte : router.address)
            address += (address.empty() ? "" : ".") + std::to_string(byte);
        return http("200 OK",
                    soap("<u:GetExternalIPAddressResponse xmlns:u=\"" + std::string(service) +
                         "\"><NewExternalIPAddress>" + address +
                         "</NewExternalIPAddress></u:GetExternalIPAddressResponse>"));
    }
    const auto protocol = field(request, "NewProtocol");
    const int port = std::stoi(field(request, "NewExternalPort"));
    if (request.find("#DeletePortMapping") != std::string::npos) {
        router.asked.push_back("delete " + protocol);
        router.mapped.erase({protocol, port});
        return http("200 OK", soap("<u:DeletePortMappingResponse/>"));
    }
    const auto lease = field(request, "NewLeaseDuration");
    router.asked.push_back(protocol + " " + std::to_string(port) + " " + lease);
    if (router.refuse_udp && protocol == "UDP") return soap_error(718);
    if (router.only_permanent && lease != "0") return soap_error(725);
    router.mapped[{protocol, port}] = std::stoi(field(request, "NewInternalPort"));
    return http("200 OK", soap("<u:AddPortMappingResponse/>"));
}

}  // namespace kith::transport
