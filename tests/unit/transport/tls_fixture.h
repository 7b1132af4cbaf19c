// SPDX-License-Identifier: GPL-3.0-or-later
// Two processes' worth of TlsTransport on 127.0.0.1, and strangers who speak TLS or not.
#pragma once

#include "core/transport/tls_transport.h"
#include "tests/support/clock/fake_clock.h"
#include "tests/unit/transport/pending.h"
#include "tests/unit/transport/people.h"

#include <gtest/gtest.h>

namespace kith::transport {

inline const Endpoint any_port = Endpoint::v4(127, 0, 0, 1, 0);

/// A person with a transport.
struct Station {
    Station(Runner& with, Clock& clock, std::uint64_t seed, TlsTransport::Options options = {})
        : runner(with), person(seed) {
        if (options.listen.empty()) options.listen.push_back(any_port);
        transport =
            TlsTransport::open(runner.executor(), clock, person.random, std::move(options)).value();
    }

    Station(const Station&) = delete;
    Station& operator=(const Station&) = delete;

    ~Station() {
        if (!stopped) stop();
    }

    void start() { transport->start(person.policy()); }

    void stop() {
        stopped = true;
        runner.run(transport->stop());
    }

    Endpoint address() const { return transport->listening().front(); }

    Runner& runner;
    Person person;
    std::unique_ptr<TlsTransport> transport;
    bool stopped = false;
};

using DialResult = Result<std::unique_ptr<Channel>>;

class TlsTransportTest : public testing::Test {
  protected:
    /// Starts both; each knows the other's device list.
    void start_both() {
        alice.person.learn(bob.person);
        bob.person.learn(alice.person);
        alice.start();
        bob.start();
    }

    DialRequest request(LinkRole as = LinkRole::Device) const {
        DialRequest out;
        out.callee = bob.person.as_callee();
        out.as = as;
        out.candidates = {bob.address()};
        return out;
    }

    Pending<DialResult> dial(DialRequest what) {
        return {runner, alice.transport->dial(std::move(what), clock.now() + seconds(30))};
    }

    Pending<DialResult> accept() { return {runner, bob.transport->accept()}; }

    /// A TLS client of Bob's that is nobody.
    std::unique_ptr<TlsStream> stranger() {
        auto stream = std::make_unique<TlsStream>(foreign, Tcp::socket(runner.executor()));
        EXPECT_TRUE(runner.run(stream->connect(bob.address())).has_value());
        return stream;
    }

    /// The same after the TLS handshake.
    std::pair<std::unique_ptr<TlsStream>, crypto::ChannelBinding> tls_stranger() {
        auto stream = stranger();
        const auto binding = runner.run(stream->handshake(StreamSide::Calling)).value();
        return {std::move(stream), binding};
    }

    TransportCounters counters() const { return bob.transport->counters(); }

    Runner runner;
    test::FakeClock clock;
    Station alice{runner, clock, 1};
    Station bob{runner, clock, 2};
    test::SeededRandom random{77};
    std::shared_ptr<TlsShared> foreign = std::make_shared<TlsShared>(
        runner.executor(), clock, TlsContext::create(random, clock.wall()).value());
};

}  // namespace kith::transport
