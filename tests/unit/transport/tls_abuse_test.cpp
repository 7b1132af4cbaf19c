// SPDX-License-Identifier: GPL-3.0-or-later
// What strangers can do to the listener: be met with silence, time out, be turned away.
#include "tests/unit/transport/count_tls_sessions.h"
#include "tests/unit/transport/tls_fixture.h"

namespace kith::transport {
namespace {

using wire::FrameType;

class TlsAbuseTest : public TlsTransportTest {
  protected:
    // Sends frames after the TLS handshake and waits for the end; how many bytes came back.
    std::uint64_t answered_to(TlsStream& stream, ByteView frames) {
        const auto before = stream.traffic().bytes_in;
        EXPECT_TRUE(stream.send(frames).has_value());
        for (;;) {
            const auto frame = runner.run(stream.receive());
            if (frame) continue;
            EXPECT_EQ(frame.error().code, Code::Unreachable);
            return stream.traffic().bytes_in - before;
        }
    }

    Bytes call(const identity::Network& in,
               const crypto::ChannelBinding& binding,
               const crypto::CallId& cid) {
        wire::Call body;
        body.mac = call_mac(in.link_key(), binding, cid).array();
        Bytes out;
        wire::append_frame(out, body);
        return out;
    }

    // A plain TCP connection that the gate has let in.
    Tcp::socket plain() {
        const auto accepted = counters().accepted;
        Tcp::socket socket(runner.executor());
        socket.connect(to_asio<Tcp>(bob.address()));
        runner.wait_until([&] { return counters().accepted > accepted; });
        socket.non_blocking(true);
        return socket;
    }

    // Whether the other end has closed without having sent a byte.
    static bool is_cut(Tcp::socket& socket) {
        std::array<char, 1> byte{};
        boost::system::error_code error;
        const auto count = socket.read_some(asio::buffer(byte), error);
        return count == 0 && error != asio::error::would_block;
    }

    const identity::Network network = identity::Network::public_network();
};

// --- Silence ------------------------------------------------------------------------------------

TEST_F(TlsAbuseTest, GivesNotOneByteWithoutTheNetworkSecret) {
    start_both();
    auto [stream, binding] = tls_stranger();
    const auto other = identity::Network::generate(random);
    const auto cid = identity::call_id(bob.person.id());
    EXPECT_EQ(answered_to(*stream, call(other, binding, cid)), 0U);
    EXPECT_EQ(counters().call_failed, 1U);
}

TEST_F(TlsAbuseTest, GivesNotOneByteWithoutTheIdOfTheCallee) {
    start_both();
    auto [stream, binding] = tls_stranger();
    const auto cid = identity::call_id(alice.person.id());
    EXPECT_EQ(answered_to(*stream, call(network, binding, cid)), 0U);
}

TEST_F(TlsAbuseTest, GivesNotOneByteToGarbage) {
    start_both();
    std::vector<Bytes> garbage{
        {0, 0, 0, 0, 1},
        {0xff, 0xff, 0xff, 0xff, 1},
        {0, 0, 0, 1, 1},
        {0, 0, 0, 1, 6},
        {0, 0, 0, 1, 0x99},
        Bytes(200, 'A'),
        to_bytes(as_bytes("GET / HTTP/1.1\r\n\r\n")),
    };
    for (const auto& bytes : garbage) {
        auto [stream, binding] = tls_stranger();
        EXPECT_EQ(answered_to(*stream, bytes), 0U);
        clock.advance(seconds(30));
    }
    EXPECT_EQ(counters().call_failed, garbage.size());
    EXPECT_EQ(counters().malformed, 0U);
}

TEST_F(TlsAbuseTest, RefusesACallReplayedOnAnotherConnection) {
    start_both();
    const auto cid = identity::call_id(bob.person.id());
    auto [first, binding] = tls_stranger();
    const Bytes recorded = call(network, binding, cid);
    ASSERT_TRUE(first->send(recorded).has_value());
    ASSERT_TRUE(runner.run(first->receive()).has_value());
    auto [second, other_binding] = tls_stranger();
    EXPECT_EQ(answered_to(*second, recorded), 0U);
}

TEST_F(TlsAbuseTest, IsNotFooledByAManInTheMiddle) {
    start_both();
    // Mallory ends the TLS of both sides and carries the frames.
    Tcp::acceptor acceptor(runner.executor(), to_asio<Tcp>(any_port));
    auto what = request();
    what.candidates = {from_asio(acceptor.local_endpoint())};
    auto dialled = dial(what);
    Tcp::socket socket(runner.executor());
    bool came = false;
    acceptor.async_accept(socket, [&came](const auto&) { came = true; });
    runner.wait_until([&came] { return came; });
    TlsStream to_alice(foreign, std::move(socket));
    ASSERT_TRUE(runner.run(to_alice.handshake(StreamSide::Called)).has_value());
    auto [to_bob, binding] = tls_stranger();

    const auto frame = runner.run(to_alice.receive()).value();
    ASSERT_EQ(frame.type, FrameType::Call);
    Bytes carried;
    wire::append_frame(carried, frame.type, frame.body);
    EXPECT_EQ(answered_to(*to_bob, carried), 0U);
    to_alice.close();
    EXPECT_EQ(dialled.get().error().code, Code::Unreachable);
}

TEST_F(TlsAbuseTest, ClosesOnABlockedAccountWithoutAByte) {
    start_both();
    bob.person.blocked.insert(alice.person.account());
    EXPECT_EQ(dial(request()).get().error().code, Code::Unreachable);
    EXPECT_EQ(counters().auth_failed, 1U);
    EXPECT_EQ(counters().opened_in, 0U);
}

// --- Deadlines ----------------------------------------------------------------------------------

TEST_F(TlsAbuseTest, ClosesWhoSendsNothingForFiveSeconds) {
    start_both();
    auto socket = plain();
    clock.advance(milliseconds(4999));
    runner.settle();
    EXPECT_FALSE(is_cut(socket));
    clock.advance(milliseconds(1));
    runner.settle();
    EXPECT_TRUE(is_cut(socket));
    EXPECT_EQ(counters().inbound, 0U);
    EXPECT_EQ(counters().tls_failed, 1U);
}

TEST_F(TlsAbuseTest, ClosesASlowLorisThatSendsOneByteASecond) {
    start_both();
    // A genuine hello, a byte at a time.
    auto tls = TlsSession::create(*foreign->context, TlsSide::Client).value();
    ASSERT_FALSE(tls.handshake().value());
    const Bytes hello = to_bytes(tls.output());
    auto socket = plain();
    for (std::size_t i = 0; i < 4; ++i) {
        socket.write_some(asio::buffer(&hello[i], 1));
        clock.advance(seconds(1));
        runner.settle();
        EXPECT_FALSE(is_cut(socket)) << i;
    }
    clock.advance(seconds(1));
    runner.settle();
    EXPECT_TRUE(is_cut(socket));
}

TEST_F(TlsAbuseTest, ClosesWhoDoesNotCallWithinFiveSecondsOfConnecting) {
    start_both();
    auto [stream, binding] = tls_stranger();
    runner.settle();
    clock.advance(seconds(5));
    EXPECT_EQ(runner.run(stream->receive()).error().code, Code::Unreachable);
    runner.settle();
    EXPECT_EQ(counters().call_failed, 1U);
}

TEST_F(TlsAbuseTest, ClosesWhoIsNotReadyWithinTenSecondsOfConnecting) {
    start_both();
    auto [stream, binding] = tls_stranger();
    const auto cid = identity::call_id(bob.person.id());
    ASSERT_TRUE(stream->send(call(network, binding, cid)).has_value());
    EXPECT_EQ(runner.run(stream->receive()).value().type, FrameType::Auth);
    clock.advance(milliseconds(9999));
    runner.settle();
    EXPECT_EQ(counters().inbound, 1U);
    clock.advance(milliseconds(1));
    EXPECT_EQ(runner.run(stream->receive()).error().code, Code::Unreachable);
    runner.settle();
    EXPECT_EQ(counters().auth_failed, 1U);
}

// --- Caps ---------------------------------------------------------------------------------------

TEST_F(TlsAbuseTest, TurnsAwayBeforeAnyTlsStateIsAllocated) {
    start_both();
    std::vector<Tcp::socket> sockets;
    const int before = tls_sessions_made();
    for (int i = 0; i < 100; ++i) {
        Tcp::socket socket(runner.executor());
        socket.connect(to_asio<Tcp>(bob.address()));
        sockets.push_back(std::move(socket));
        runner.settle();
    }
    runner.wait_until([this] { return counters().accepted + counters().refused == 100; });
    // Five at once from one source, whatever else there is room for.
    EXPECT_EQ(counters().accepted, 5U);
    EXPECT_EQ(counters().refused, 95U);
    runner.settle();
    EXPECT_EQ(tls_sessions_made() - before, 5);
    int cut = 0;
    for (auto& socket : sockets) {
        socket.non_blocking(true);
        cut += is_cut(socket) ? 1 : 0;
    }
    EXPECT_EQ(cut, 95);
}

TEST_F(TlsAbuseTest, RefusesASourceAfterTenWrongCalls) {
    start_both();
    for (int i = 0; i < 10; ++i) {
        auto [stream, binding] = tls_stranger();
        EXPECT_EQ(answered_to(*stream, Bytes(10, 0xee)), 0U);
        clock.advance(milliseconds(500));
    }
    auto refused = stranger();
    EXPECT_FALSE(runner.run(refused->handshake(StreamSide::Calling)).has_value());
    EXPECT_EQ(counters().refused, 1U);
    clock.advance(minutes(10));
    auto forgiven = stranger();
    EXPECT_TRUE(runner.run(forgiven->handshake(StreamSide::Calling)).has_value());
}

TEST_F(TlsAbuseTest, DoesNotBlameWhoHangsUpBeforeCalling) {
    start_both();
    for (int i = 0; i < 30; ++i) {
        auto [stream, binding] = tls_stranger();
        stream->close();
        runner.wait_until([this] { return counters().inbound == 0; });
        clock.advance(milliseconds(100));
    }
    EXPECT_EQ(counters().refused, 0U);
}

TEST_F(TlsAbuseTest, ChargesAnAuthenticatedPeerForBreachesOnly) {
    start_both();
    for (int i = 0; i < 3; ++i) {
        auto accepted = accept();
        auto dialled = dial(request());
        ASSERT_TRUE(dialled.get().value()->send(Bytes{0, 0, 0, 0, 0}).has_value());
        EXPECT_EQ(runner.run(accepted.get().value()->receive()).error().code, Code::TooLarge);
        clock.advance(seconds(1));
    }
    EXPECT_EQ(counters().malformed, 3U);
    EXPECT_EQ(dial(request()).get().error().code, Code::Unreachable);
    clock.advance(minutes(1));
    auto accepted = accept();
    EXPECT_TRUE(dial(request()).get().has_value());
}

TEST_F(TlsAbuseTest, ClosesTheEvictedStrangerForANewcomer) {
    // Room for two; strangers leave nothing free.
    TlsTransport::Options options;
    options.caps.inbound = 24;
    options.caps.kept_for_contacts = 0;
    Station carol(runner, clock, 3, options);
    carol.start();
    alice.start();
    auto what = request(LinkRole::Anonymous);
    what.callee = carol.person.as_callee();
    what.candidates = {carol.address()};
    std::vector<std::unique_ptr<Channel>> theirs;
    std::vector<std::unique_ptr<Channel>> ours;
    for (int i = 0; i < 25; ++i) {
        Pending<DialResult> accepted(runner, carol.transport->accept());
        auto dialled = dial(what);
        ASSERT_TRUE(dialled.get().has_value()) << i;
        ours.push_back(std::move(dialled.get().value()));
        theirs.push_back(std::move(accepted.get().value()));
        clock.advance(seconds(1));
    }
    EXPECT_EQ(carol.transport->counters().evicted, 1U);
    EXPECT_EQ(carol.transport->counters().inbound, 24U);
    int closed = 0;
    Bytes ping;
    wire::append_frame(ping, wire::FrameType::Bye, Bytes{0x81, 0x01, 0x01});
    for (auto& channel : theirs)
        closed += channel->send(ping).has_value() ? 0 : 1;
    EXPECT_EQ(closed, 1);
    ours.clear();
    theirs.clear();
}

}  // namespace
}  // namespace kith::transport
