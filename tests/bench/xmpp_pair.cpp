// SPDX-License-Identifier: GPL-3.0-or-later
// The yardstick of a server between two clients: alice and bob, both in this process, are logged in
// at an XMPP server on the loopback. alice keeps so many messages in flight, bob answers each with
// a delivery receipt (XEP-0184), and a message counts when alice has its receipt.
// tests/bench/prosody.py starts the server. "tls" is TLS from the first byte (XEP-0368); the
// certificate is not looked at.
//
//   bench_xmpp tls|plain PORT PASSWORD [SECONDS] [BYTES] [IN_FLIGHT]
#include "core/base/asio.h"
#include "tests/bench/measure.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <expat.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Tls = asio::ssl::stream<tcp::socket>;
using kith::bench::cpu_nanoseconds;
using kith::bench::seconds_now;

constexpr double patience = 20;

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "xmpp: %s\n", what.c_str());
    std::_Exit(1);
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            const auto byte = at + i < bytes.size() ? bytes[at + i] : '\0';
            group = group << 8 | static_cast<std::uint8_t>(byte);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            const bool there = at + i <= bytes.size();
            out.push_back(there ? digits[group >> (18 - 6 * i) & 63] : '=');
        }
    }
    return out;
}

// What is looked at of a stanza: a child of the stream.
struct Stanza {
    std::string name;
    std::string id;
    std::string type;
    bool wants_receipt = false;
    bool offers_bind = false;
    std::string receipt_of;
    std::string jid;
};

// Cuts the stream into stanzas. expat does the parsing.
class Stream {
  public:
    using Take = std::function<void(const Stanza&)>;

    explicit Stream(Take take) : parser_(XML_ParserCreate("UTF-8")), take_(std::move(take)) {
        begin();
    }

    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    ~Stream() { XML_ParserFree(parser_); }

    /// What comes next is a new document.
    void begin_again() {
        XML_ParserReset(parser_, "UTF-8");
        begin();
    }

    void feed(const char* bytes, std::size_t size) {
        if (XML_Parse(parser_, bytes, static_cast<int>(size), 0) == XML_STATUS_ERROR)
            give_up(XML_ErrorString(XML_GetErrorCode(parser_)));
    }

  private:
    void begin() {
        depth_ = 0;
        XML_SetUserData(parser_, this);
        XML_SetElementHandler(parser_, on_open, on_close);
        XML_SetCharacterDataHandler(parser_, on_text);
    }

    static Stream& self(void* data) { return *static_cast<Stream*>(data); }

    static std::string attribute(const XML_Char** pairs, std::string_view name) {
        for (; *pairs != nullptr; pairs += 2)
            if (name == pairs[0]) return pairs[1];
        return {};
    }

    static void on_open(void* data, const XML_Char* name, const XML_Char** pairs) {
        Stream& stream = self(data);
        Stanza& stanza = stream.stanza_;
        if (++stream.depth_ == 2) {
            stanza = Stanza{};
            stanza.name = name;
            stanza.id = attribute(pairs, "id");
            stanza.type = attribute(pairs, "type");
            return;
        }
        const std::string_view child = name;
        if (child == "request") stanza.wants_receipt = true;
        if (child == "bind") stanza.offers_bind = true;
        if (child == "received") stanza.receipt_of = attribute(pairs, "id");
        stream.in_jid_ = child == "jid";
    }

    static void on_close(void* data, const XML_Char*) {
        Stream& stream = self(data);
        stream.in_jid_ = false;
        if (--stream.depth_ == 1) stream.take_(stream.stanza_);
    }

    static void on_text(void* data, const XML_Char* text, int size) {
        Stream& stream = self(data);
        if (stream.in_jid_) stream.stanza_.jid.append(text, static_cast<std::size_t>(size));
    }

    XML_Parser parser_;
    Take take_;
    Stanza stanza_;
    int depth_ = 0;
    bool in_jid_ = false;
};

tcp::socket connect(asio::io_context& io, std::uint16_t port) {
    tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), port});
    socket.set_option(tcp::no_delay(true));
    return socket;
}

Tls connect_tls(asio::io_context& io, asio::ssl::context& context, std::uint16_t port) {
    Tls out(connect(io, port), context);
    out.handshake(Tls::client);
    return out;
}

// A client with its connection. What it answers while it reads goes out in one piece.
template <class Socket>
class Client {
  public:
    Client(Socket socket, std::string name, std::string password)
        : name_(std::move(name)),
          password_(std::move(password)),
          socket_(std::move(socket)),
          stream_([this](const Stanza& stanza) { take(stanza); }) {
        open_stream();
        read();
    }

    bool ready() const { return ready_; }

    /// The full address that the server bound.
    const std::string& jid() const { return jid_; }

    void say(std::string_view text) {
        next_ += text;
        if (!writing_ && !reading_) write();
    }

    /// Each message and receipt, once this client is ready.
    std::function<void(const Stanza&)> on_message;
    /// After what came was read.
    std::function<void()> on_idle = [] {};

  private:
    void open_stream() {
        say("<?xml version='1.0'?><stream:stream to='localhost' version='1.0' "
            "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>");
    }

    // In the order in which a server answers (RFC 6120).
    void take(const Stanza& stanza) {
        if (stanza.type == "error" || stanza.name == "failure" || stanza.name == "stream:error")
            give_up(name_ + ": the server refuses (" + stanza.name + ")");
        if (stanza.name == "message") {
            on_message(stanza);
        } else if (stanza.name == "success") {
            new_stream_ = true;
        } else if (stanza.name == "stream:features" && !stanza.offers_bind) {
            say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
                base64(std::string(1, '\0') + name_ + std::string(1, '\0') + password_) +
                "</auth>");
        } else if (stanza.name == "stream:features") {
            say("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                "<resource>bench</resource></bind></iq>");
        } else if (stanza.name == "iq" && stanza.id == "bind") {
            jid_ = stanza.jid;
            say("<iq type='set' id='session'>"
                "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
        } else if (stanza.name == "iq" && stanza.id == "session") {
            say("<presence/>");
        } else if (stanza.name == "presence") {
            ready_ = true;  // one's own comes back
        }
    }

    void read() {
        socket_.async_read_some(asio::buffer(buffer_),
                                [this](boost::system::error_code error, std::size_t size) {
                                    if (error) give_up(name_ + ": " + error.message());
                                    reading_ = true;
                                    stream_.feed(buffer_.data(), size);
                                    if (std::exchange(new_stream_, false)) {
                                        stream_.begin_again();
                                        open_stream();
                                    }
                                    on_idle();
                                    reading_ = false;
                                    if (!writing_) write();
                                    read();
                                });
    }

    void write() {
        if (next_.empty()) return;
        writing_ = true;
        written_.swap(next_);
        next_.clear();
        asio::async_write(
            socket_, asio::buffer(written_), [this](boost::system::error_code error, std::size_t) {
                if (error) give_up(name_ + ": " + error.message());
                writing_ = false;
                write();
            });
    }

    std::string name_;
    std::string password_;
    std::string jid_;
    Socket socket_;
    Stream stream_;
    std::vector<char> buffer_ = std::vector<char>(65536);
    std::string next_;
    std::string written_;
    bool writing_ = false;
    bool reading_ = false;
    bool new_stream_ = false;
    bool ready_ = false;
};

void run_until(asio::io_context& io, double end, const std::function<bool()>& done) {
    while (!done() && seconds_now() < end)
        io.run_one_for(std::chrono::milliseconds(10));
}

struct Plan {
    double seconds = 8;
    std::size_t bytes = 300;
    std::uint64_t in_flight = 512;
};

template <class Client>
void measure(asio::io_context& io, Client& alice, Client& bob, const Plan& plan) {
    const std::string head = "<message type='chat' to='" + bob.jid() + "' id='";
    const std::string tail = "'><body>" + std::string(plan.bytes, 'x') +
                             "</body><request xmlns='urn:xmpp:receipts'/></message>";
    const auto message_with = [&](std::uint64_t id) { return head + std::to_string(id) + tail; };
    std::uint64_t sent = 0;
    std::uint64_t receipts = 0;
    bob.on_message = [&](const Stanza& message) {
        if (!message.wants_receipt) give_up("a message that asks for no receipt");
        bob.say("<message to='" + alice.jid() + "' id='r" + message.id +
                "'><received xmlns='urn:xmpp:receipts' id='" + message.id + "'/></message>");
    };
    alice.on_message = [&](const Stanza& message) {
        if (message.receipt_of != std::to_string(++receipts)) give_up("a receipt out of its turn");
    };
    alice.on_idle = [&] {
        while (sent - receipts < plan.in_flight)
            alice.say(message_with(++sent));
    };
    alice.on_idle();
    const auto never = [] { return false; };
    run_until(io, seconds_now() + plan.seconds / 4, never);  // warm
    const double from = seconds_now();
    const double cpu = cpu_nanoseconds();
    const std::uint64_t before = receipts;
    run_until(io, from + plan.seconds, never);
    const double took = seconds_now() - from;
    std::printf("xmpp_receipts_per_s %.0f\n", static_cast<double>(receipts - before) / took);
    // Far from 100: the server is what is measured, not this program.
    std::printf("xmpp_clients_cpu_percent %.0f\n", (cpu_nanoseconds() - cpu) / took / 1e7);
}

template <class Socket>
void run(
    asio::io_context& io, Socket first, Socket second, const char* password, const Plan& plan) {
    Client<Socket> alice(std::move(first), "alice", password);
    Client<Socket> bob(std::move(second), "bob", password);
    const auto both = [&] { return alice.ready() && bob.ready(); };
    run_until(io, seconds_now() + patience, both);
    if (!both()) give_up("not logged in");
    measure(io, alice, bob, plan);
    std::fflush(stdout);
    std::_Exit(0);
}

}  // namespace

int main(int count, char** words) {
    if (count < 4) {
        std::fputs("bench_xmpp tls|plain PORT PASSWORD [SECONDS] [BYTES] [IN_FLIGHT]\n", stderr);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::strtoul(words[2], nullptr, 10));
    Plan plan;
    if (count > 4) plan.seconds = std::atof(words[4]);
    if (count > 5) plan.bytes = std::strtoul(words[5], nullptr, 10);
    if (count > 6) plan.in_flight = std::strtoul(words[6], nullptr, 10);
    asio::io_context io;
    if (std::strcmp(words[1], "tls") != 0) {
        run(io, connect(io, port), connect(io, port), words[3], plan);
    } else {
        asio::ssl::context context(asio::ssl::context::tls_client);
        run(io, connect_tls(io, context, port), connect_tls(io, context, port), words[3], plan);
    }
}
