// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/tls_transport.h"

#include "tests/unit/transport/tls_fixture.h"

namespace kith::transport {
namespace {

using wire::FrameType;

Bytes msg(std::uint8_t fill) {
    Bytes out;
    wire::append_frame(out, FrameType::Msg, Bytes(100, fill));
    return out;
}

// --- Links --------------------------------------------------------------------------------------

TEST_F(TlsTransportTest, LinksTwoDevices) {
    start_both();
    auto accepted = accept();
    auto dialled = dial(request());
    const auto& from = dialled.get().value();
    const auto& to = accepted.get().value();

    EXPECT_TRUE(from->info().is_device_link());
    EXPECT_TRUE(to->info().is_device_link());
    EXPECT_TRUE(from->info().called_by_us);
    EXPECT_EQ(from->info().remote, bob.address());
    EXPECT_TRUE(to->info().remote.is_loopback());
    EXPECT_EQ(from->info().binding, to->info().binding);
    EXPECT_EQ(std::get<DevicePeer>(from->peer()).device, bob.person.id());
    EXPECT_EQ(std::get<DevicePeer>(to->peer()).device, alice.person.id());

    ASSERT_TRUE(from->send(msg(1)).has_value());
    ASSERT_TRUE(to->send(msg(2)).has_value());
    EXPECT_EQ(runner.run(to->receive()).value().body[0], 1);
    EXPECT_EQ(runner.run(from->receive()).value().body[0], 2);

    EXPECT_EQ(counters().opened_in, 1U);
    EXPECT_EQ(counters().inbound, 1U);
    EXPECT_EQ(counters().inbound_before_open, 0U);
    EXPECT_EQ(alice.transport->counters().opened_out, 1U);
    EXPECT_EQ(alice.transport->counters().traffic.bytes_out, from->traffic().bytes_out);
}

TEST_F(TlsTransportTest, ShowsAListThatIsNotKnown) {
    alice.person.learn(bob.person);
    alice.start();
    bob.start();
    auto accepted = accept();
    auto dialled = dial(request());
    EXPECT_TRUE(dialled.get().has_value());
    EXPECT_TRUE(accepted.get().has_value());
    EXPECT_EQ(bob.person.lists_shown, 1);
}

TEST_F(TlsTransportTest, LinksAnonymouslyToADeviceAndToAMailbox) {
    start_both();
    auto accepted = accept();
    auto dialled = dial(request(LinkRole::Anonymous));
    EXPECT_FALSE(dialled.get().value()->info().is_device_link());
    EXPECT_TRUE(std::holds_alternative<AnonymousPeer>(accepted.get().value()->peer()));

    auto to_box = request(LinkRole::Anonymous);
    to_box.callee = BoxCallee{bob.person.box()};
    auto accepted_box = accept();
    auto dialled_box = dial(to_box);
    EXPECT_EQ(std::get<BoxPeer>(dialled_box.get().value()->peer()).box, bob.person.box());
    EXPECT_EQ(accepted_box.get().value()->info().own_role, LinkRole::Box);
}

TEST_F(TlsTransportTest, GivesAPlaceBackWhenAChannelGoes) {
    start_both();
    auto accepted = accept();
    auto dialled = dial(request());
    ASSERT_TRUE(dialled.get().has_value());
    ASSERT_EQ(counters().inbound, 1U);
    dialled.get().value().reset();
    EXPECT_EQ(runner.run(accepted.get().value()->receive()).error().code, Code::Unreachable);
    EXPECT_EQ(counters().inbound, 0U);
}

TEST_F(TlsTransportTest, EndsWhenThePeerHalfClosesTheConnection) {
    start_both();
    // A peer whose kernel sends FIN but goes on reading.
    Tcp::socket socket(runner.executor());
    socket.connect(to_asio<Tcp>(bob.address()));
    runner.wait_until([this] { return counters().accepted == 1; });
    socket.shutdown(Tcp::socket::shutdown_send);
    runner.wait_until([this] { return counters().inbound == 0; });
    EXPECT_EQ(counters().tls_failed, 1U);
}

// --- Dialling -----------------------------------------------------------------------------------

TEST_F(TlsTransportTest, GoesOnToTheNextAddressWhenOneIsDead) {
    start_both();
    auto what = request();
    // A port at which nobody listens any more.
    Endpoint dead;
    {
        const Tcp::acceptor gone(runner.executor(), to_asio<Tcp>(any_port));
        dead = from_asio(gone.local_endpoint());
    }
    what.candidates.insert(what.candidates.begin(), dead);
    auto accepted = accept();
    auto dialled = dial(what);
    EXPECT_TRUE(dialled.get().has_value());
    EXPECT_TRUE(accepted.get().has_value());
    EXPECT_EQ(alice.transport->counters().attempts, 2U);
}

TEST_F(TlsTransportTest, CallsTheNextAddressAfter250MillisecondsBesideASilentOne) {
    start_both();
    Tcp::acceptor silent(runner.executor(), to_asio<Tcp>(any_port));
    auto what = request();
    what.candidates.insert(what.candidates.begin(), from_asio(silent.local_endpoint()));
    auto accepted = accept();
    auto dialled = dial(what);
    runner.settle();
    EXPECT_EQ(alice.transport->counters().attempts, 1U);
    EXPECT_FALSE(dialled.done());
    clock.advance(milliseconds(250));
    EXPECT_TRUE(dialled.get().has_value());
    EXPECT_EQ(alice.transport->counters().attempts, 2U);
    EXPECT_EQ(dialled.get().value()->info().remote, bob.address());
}

TEST_F(TlsTransportTest, GivesUpAfterEightSeconds) {
    start_both();
    Tcp::acceptor silent(runner.executor(), to_asio<Tcp>(any_port));
    auto what = request();
    what.candidates = {from_asio(silent.local_endpoint())};
    auto dialled = dial(what);
    runner.settle();
    clock.advance(milliseconds(7999));
    runner.settle();
    EXPECT_FALSE(dialled.done());
    clock.advance(milliseconds(1));
    EXPECT_EQ(dialled.get().error().code, Code::Timeout);
}

TEST_F(TlsTransportTest, FailsWhenAllAddressesAreDead) {
    start_both();
    auto what = request();
    what.candidates = {Endpoint::v4(127, 0, 0, 1, 1), Endpoint::v4(127, 0, 0, 1, 2)};
    EXPECT_EQ(dial(what).get().error().code, Code::Unreachable);
    what.candidates.clear();
    EXPECT_EQ(dial(what).get().error().code, Code::Unreachable);
}

TEST_F(TlsTransportTest, LeavesAnAddressOutWhereSomebodyElseAnswered) {
    start_both();
    // Bob's id, but of another account: his AUTH proves him to be somebody else.
    Person carol(3);
    auto what = request(LinkRole::Anonymous);
    auto callee = bob.person.as_callee();
    callee.account = carol.account();
    callee.device.reset();
    what.callee = callee;
    EXPECT_EQ(dial(what).get().error().code, Code::Unreachable);
    EXPECT_EQ(alice.transport->counters().attempts, 1U);
    EXPECT_EQ(dial(what).get().error().code, Code::Unreachable);
    EXPECT_EQ(alice.transport->counters().attempts, 1U);
    clock.advance(minutes(10));
    EXPECT_EQ(dial(what).get().error().code, Code::Unreachable);
    EXPECT_EQ(alice.transport->counters().attempts, 2U);
    // Nobody is blamed: after that the address is as good as ever.
    clock.advance(minutes(10));
    auto accepted = accept();
    EXPECT_TRUE(dial(request()).get().has_value());
}

TEST_F(TlsTransportTest, NamesItselfOnlyWhereAListVouches) {
    alice.start();
    bob.start();
    EXPECT_EQ(dial(request()).get().error().code, Code::InvalidArgument);
    EXPECT_EQ(alice.transport->counters().attempts, 0U);
}

TEST_F(TlsTransportTest, RefusesTheSeventeenthDialAtOnce) {
    start_both();
    Tcp::acceptor silent(runner.executor(), to_asio<Tcp>(any_port));
    auto what = request();
    what.candidates = {from_asio(silent.local_endpoint())};
    std::vector<Pending<DialResult>> dials;
    for (int i = 0; i < 16; ++i)
        dials.push_back(dial(what));
    runner.settle();
    EXPECT_EQ(dial(what).get().error().code, Code::Busy);
    for (auto& each : dials)
        EXPECT_FALSE(each.done());
    alice.stop();
    for (auto& each : dials)
        EXPECT_EQ(each.get().error().code, Code::Cancelled);
}

// --- Listening and stopping ---------------------------------------------------------------------

TEST_F(TlsTransportTest, ListensOnBothFamiliesWithOnePort) {
    TlsTransport::Options options;
    options.listen = {any_port, parse_endpoint("[::1]:0").value_or(any_port)};
    options.listen[1].port = 0;
    auto transport = TlsTransport::open(runner.executor(), clock, random, options);
    if (!transport) GTEST_SKIP() << "no IPv6 here: " << transport.error().context;
    const auto bound = transport.value()->listening();
    ASSERT_EQ(bound.size(), 2U);
    EXPECT_EQ(bound[0].port, bound[1].port);
    EXPECT_NE(bound[0].port, 0);
    EXPECT_FALSE(bound[1].is_v4());
    EXPECT_EQ(transport.value()->local_port(), bound[0].port);
}

TEST_F(TlsTransportTest, SaysThatThePortIsInUse) {
    TlsTransport::Options options;
    options.listen = {bob.address()};
    const auto second = TlsTransport::open(runner.executor(), clock, random, options);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, Code::Busy);
    options.listen = {Endpoint::v4(203, 0, 113, 1, 0)};
    const auto foreign_address = TlsTransport::open(runner.executor(), clock, random, options);
    EXPECT_EQ(foreign_address.error().code, Code::InvalidArgument);
}

TEST_F(TlsTransportTest, StopLetsEverybodyGoButChannels) {
    start_both();
    auto first_accept = accept();
    auto dialled = dial(request());
    const auto& channel = dialled.get().value();
    const auto& other = first_accept.get().value();

    auto waiting = accept();
    auto lingering = stranger();
    runner.wait_until([this] { return counters().inbound_before_open == 1; });
    bob.stop();
    EXPECT_EQ(waiting.get().error().code, Code::Cancelled);
    EXPECT_EQ(counters().inbound_before_open, 0U);
    EXPECT_EQ(accept().get().error().code, Code::Cancelled);

    ASSERT_TRUE(channel->send(msg(3)).has_value());
    EXPECT_EQ(runner.run(other->receive()).value().body[0], 3);
}

TEST_F(TlsTransportTest, StopCancelsADialUnderWay) {
    start_both();
    Tcp::acceptor silent(runner.executor(), to_asio<Tcp>(any_port));
    auto what = request();
    what.candidates = {from_asio(silent.local_endpoint())};
    auto dialled = dial(what);
    runner.settle();
    alice.stop();
    EXPECT_EQ(dialled.get().error().code, Code::Cancelled);
    EXPECT_EQ(dial(request()).get().error().code, Code::Cancelled);
}

}  // namespace
}  // namespace kith::transport
