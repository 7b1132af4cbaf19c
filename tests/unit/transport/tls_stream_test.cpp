// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/tls_stream.h"

#include "core/base/limits.h"
#include "tests/support/clock/fake_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/transport/runner.h"

#include <gtest/gtest.h>

#include <numeric>

namespace kith::transport {
namespace {

using wire::FrameType;

Bytes msg(std::uint32_t number, std::size_t size) {
    Bytes body;
    append_be<std::uint32_t>(body, number);
    body.resize(std::max(body.size(), size), static_cast<std::uint8_t>(number));
    Bytes out;
    wire::append_frame(out, FrameType::Msg, body);
    return out;
}

// Two streams over a TCP connection on 127.0.0.1.
class TlsStreamTest : public testing::Test {
  protected:
    TlsStreamTest() {
        test::SeededRandom random(1);
        shared = std::make_shared<TlsShared>(
            runner.executor(), clock, TlsContext::create(random, clock.wall()).value());
        Tcp::acceptor acceptor(runner.executor(), to_asio<Tcp>(Endpoint::v4(127, 0, 0, 1, 0)));
        const auto address = from_asio(acceptor.local_endpoint());
        Tcp::socket accepted(runner.executor());
        acceptor.async_accept(accepted, [](const auto& error) { ASSERT_FALSE(error); });
        client = std::make_unique<TlsStream>(shared, Tcp::socket(runner.executor()));
        EXPECT_TRUE(runner.run(client->connect(address)).has_value());
        runner.settle();
        server = std::make_unique<TlsStream>(shared, std::move(accepted));
    }

    ~TlsStreamTest() override {
        client.reset();
        server.reset();
        runner.settle();
    }

    void handshake() {
        std::optional<Result<crypto::ChannelBinding>> theirs;
        asio::co_spawn(runner.io(),
                       server->handshake(StreamSide::Called),
                       [&](const std::exception_ptr&, Result<crypto::ChannelBinding> binding) {
                           theirs.emplace(std::move(binding));
                       });
        const auto ours = runner.run(client->handshake(StreamSide::Calling));
        runner.wait_until([&] { return theirs.has_value(); });
        ASSERT_TRUE(ours.has_value());
        EXPECT_EQ(ours.value(), theirs->value());
        client->set_open();
        server->set_open();
    }

    Runner runner;
    test::FakeClock clock;
    std::shared_ptr<TlsShared> shared;
    std::unique_ptr<TlsStream> client;
    std::unique_ptr<TlsStream> server;
};

TEST_F(TlsStreamTest, CarriesAFrame) {
    handshake();
    ASSERT_TRUE(client->send(msg(7, 100)).has_value());
    const auto frame = runner.run(server->receive()).value();
    EXPECT_EQ(frame.type, FrameType::Msg);
    EXPECT_EQ(frame.body.size(), 100U);
    EXPECT_EQ(read_be<std::uint32_t>(frame.body), 7U);
}

TEST_F(TlsStreamTest, WritesAllFramesOfOneTurnTogether) {
    handshake();
    const auto before = client->traffic().bytes_out;
    for (std::uint32_t i = 0; i < 100; ++i)
        ASSERT_TRUE(client->send(msg(i, 95)).has_value());
    EXPECT_EQ(client->traffic().bytes_out, before);  // nothing leaves within the turn
    EXPECT_EQ(client->unsent(), 100U * 100);
    for (std::uint32_t i = 0; i < 100; ++i)
        EXPECT_EQ(read_be<std::uint32_t>(runner.run(server->receive()).value().body), i);
    // One record: 22 bytes of TLS for a hundred frames.
    EXPECT_EQ(client->traffic().bytes_out - before, 100U * 100 + 22);
    EXPECT_EQ(client->traffic().frames_out, 100U);
    EXPECT_EQ(server->traffic().frames_in, 100U);
    EXPECT_EQ(server->traffic().bytes_in, client->traffic().bytes_out);
    EXPECT_EQ(client->unsent(), 0U);
}

// Sends `count` frames with back-pressure and counts what comes back on the way.
Task<> pour(TlsStream* stream, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        co_await stream->wait_writable(limits::link_unsent - 2000);
        const auto sent = stream->send(msg(i, 60 + i % 1500));
        EXPECT_TRUE(sent.has_value());
    }
}

Task<bool> drink(TlsStream* stream, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto frame = co_await stream->receive();
        EXPECT_TRUE(frame.has_value());
        if (!frame) co_return false;
        const Bytes expected = msg(i, 60 + i % 1500);
        EXPECT_TRUE(equal(frame->body, ByteView(expected).subspan(wire::frame_head))) << i;
    }
    co_return true;
}

TEST_F(TlsStreamTest, CarriesTenThousandFramesBothWaysIntactAndInOrder) {
    handshake();
    constexpr std::uint32_t count = 10'000;
    int poured = 0;
    const auto done = [&poured](const std::exception_ptr& error) { poured += error ? 100 : 1; };
    asio::co_spawn(runner.io(), pour(client.get(), count), done);
    asio::co_spawn(runner.io(), pour(server.get(), count), done);
    std::optional<bool> other;
    asio::co_spawn(runner.io(),
                   drink(client.get(), count),
                   [&](const std::exception_ptr&, bool value) { other = value; });
    EXPECT_TRUE(runner.run(drink(server.get(), count)));
    runner.wait_until([&] { return other.has_value(); });
    EXPECT_TRUE(*other);
    EXPECT_EQ(poured, 2);
    // Coalesced: TLS costs 22 bytes a record, and records hold many frames.
    const auto payload = std::uint64_t{count} * 809 + std::uint64_t{count} * 5;
    EXPECT_LT(client->traffic().bytes_out, payload + payload / 100);
}

TEST_F(TlsStreamTest, ReadsNothingWhileNobodyReceives) {
    handshake();
    std::uint64_t sent = 0;
    // Until the kernel takes no more and the queue is full.
    for (int quiet = 0; quiet < 3;) {
        const bool taken = client->send(msg(1, 16'000)).has_value();
        sent += taken ? 1 : 0;
        quiet = taken ? 0 : quiet + 1;
        runner.settle();
    }
    EXPECT_GT(client->unsent(), limits::link_unsent - 17'000);
    EXPECT_LE(client->unsent(), limits::link_unsent);
    EXPECT_EQ(client->send(msg(1, 16'000)).error().code, Code::Busy);
    EXPECT_EQ(server->traffic().frames_in, 0U);
    for (std::uint64_t i = 0; i < sent; ++i)
        ASSERT_TRUE(runner.run(server->receive()).has_value());
    runner.run(client->wait_writable(0));
    EXPECT_EQ(client->unsent(), 0U);
}

TEST_F(TlsStreamTest, GivesUpAPeerThatTakesNothingForTwentySeconds) {
    handshake();
    for (int quiet = 0; quiet < 3;) {
        quiet = client->send(msg(1, 16'000)).has_value() ? 0 : quiet + 1;
        runner.settle();
    }
    clock.advance(seconds(19));
    EXPECT_EQ(client->send(msg(1, 16'000)).error().code, Code::Busy);
    clock.advance(seconds(2));
    EXPECT_EQ(client->send(msg(1, 16'000)).error().code, Code::Unreachable);
    runner.run(client->wait_writable(0));  // lets go
}

TEST_F(TlsStreamTest, DeliversWhatCameBeforeThePeerClosed) {
    handshake();
    ASSERT_TRUE(client->send(msg(1, 100)).has_value());
    ASSERT_TRUE(client->send(msg(2, 100)).has_value());
    runner.run(client->wait_writable(0));
    client->close();
    EXPECT_EQ(read_be<std::uint32_t>(runner.run(server->receive()).value().body), 1U);
    EXPECT_EQ(read_be<std::uint32_t>(runner.run(server->receive()).value().body), 2U);
    EXPECT_EQ(runner.run(server->receive()).error().code, Code::Unreachable);
    EXPECT_EQ(runner.run(server->receive()).error().code, Code::Unreachable);
    EXPECT_EQ(server->send(msg(1, 1)).error().code, Code::Unreachable);
}

TEST_F(TlsStreamTest, LetsGoWhoWaitsWhenItIsClosedHere) {
    handshake();
    std::optional<Code> ended;
    asio::co_spawn(runner.io(),
                   server->receive(),
                   [&](const std::exception_ptr&, const Result<wire::Frame>& frame) {
                       ended = frame.error().code;
                   });
    runner.settle();
    EXPECT_FALSE(ended.has_value());
    server->close();
    runner.wait_until([&] { return ended.has_value(); });
    EXPECT_EQ(ended, Code::Cancelled);
    EXPECT_EQ(server->send(msg(1, 1)).error().code, Code::Cancelled);
}

TEST_F(TlsStreamTest, FinishesAfterTheLastWord) {
    handshake();
    ASSERT_TRUE(client->send(msg(1, 100)).has_value());
    client->finish();
    EXPECT_EQ(client->send(msg(2, 100)).error().code, Code::Cancelled);
    EXPECT_EQ(read_be<std::uint32_t>(runner.run(server->receive()).value().body), 1U);
    EXPECT_EQ(runner.run(server->receive()).error().code, Code::Unreachable);
    EXPECT_EQ(runner.run(client->receive()).error().code, Code::Cancelled);
}

TEST_F(TlsStreamTest, FinishesWithinASecondWhenThePeerTakesNothing) {
    handshake();
    for (int quiet = 0; quiet < 3;) {
        quiet = client->send(msg(1, 16'000)).has_value() ? 0 : quiet + 1;
        runner.settle();
    }
    client->finish();
    runner.settle();
    EXPECT_GT(client->unsent(), 0U);
    clock.advance(seconds(1));
    EXPECT_EQ(client->unsent(), 0U);
    EXPECT_EQ(runner.run(client->receive()).error().code, Code::Cancelled);
}

TEST_F(TlsStreamTest, SurvivesBeingClosedInTheMiddleOfAWrite) {
    handshake();
    for (int i = 0; i < 15; ++i)
        ASSERT_TRUE(client->send(msg(1, 16'000)).has_value());
    runner.io().restart();
    runner.io().poll_one();
    client->close();
    client.reset();
    runner.settle();
    // The other end sees some whole frames, then the end; never a broken one.
    for (;;) {
        const auto frame = runner.run(server->receive());
        if (!frame) {
            EXPECT_EQ(frame.error().code, Code::Unreachable);
            break;
        }
        EXPECT_EQ(frame->body.size(), 16'000U);
    }
}

TEST_F(TlsStreamTest, ChargesThePeerForWhatIsNoFrame) {
    handshake();
    int charged = 0;
    int ended = 0;
    StreamHooks hooks;
    hooks.on_malformed = [&charged] { ++charged; };
    hooks.on_end = [&ended] { ++ended; };
    server->set_hooks(std::move(hooks));
    ASSERT_TRUE(client->send(Bytes{0xff, 0xff, 0xff, 0xff, 0x10}).has_value());
    EXPECT_EQ(runner.run(server->receive()).error().code, Code::TooLarge);
    EXPECT_EQ(charged, 1);
    EXPECT_EQ(ended, 1);
    server->close();
    EXPECT_EQ(ended, 1);
    EXPECT_EQ(runner.run(client->receive()).error().code, Code::Unreachable);
}

TEST_F(TlsStreamTest, EndsWhenThePeerLeavesDuringTheHandshake) {
    std::optional<Code> ended;
    asio::co_spawn(runner.io(),
                   server->handshake(StreamSide::Called),
                   [&](const std::exception_ptr&, const Result<crypto::ChannelBinding>& binding) {
                       ended = binding ? Code::Internal : binding.error().code;
                   });
    runner.settle();
    EXPECT_FALSE(ended.has_value());
    client->close();
    runner.wait_until([&] { return ended.has_value(); });
    EXPECT_EQ(ended, Code::Unreachable);
}

TEST_F(TlsStreamTest, KnowsTheRoundTrip) {
    handshake();
    ASSERT_TRUE(client->send(msg(1, 10)).has_value());
    ASSERT_TRUE(runner.run(server->receive()).has_value());
    ASSERT_TRUE(client->round_trip().has_value());
    EXPECT_GT(*client->round_trip(), Duration::zero());
    EXPECT_LT(*client->round_trip(), seconds(1));
    client->close();
    EXPECT_FALSE(client->round_trip().has_value());
}

}  // namespace
}  // namespace kith::transport
