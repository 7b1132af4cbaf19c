// SPDX-License-Identifier: GPL-3.0-or-later
// The fake keeps the promises of the port and lies where it is told to.
#include "tests/support/directory/fake_directory.h"

#include "tests/support/clock/fake_clock.h"
#include "tests/support/directory/beacon_maker.h"

#include <gtest/gtest.h>

namespace kith::directory {
namespace {

using test::FakeDirectory;
using test::Holders;

class FakeDirectoryTest : public testing::Test {
  protected:
    FakeDirectoryTest() {
        for (FakeDirectory* const node : {&first_, &second_}) {
            EXPECT_TRUE(node->start(network_, {}));
        }
    }

    ~FakeDirectoryTest() override {
        for (FakeDirectory* const node : {&first_, &second_}) {
            run_void(node->stop());
        }
    }

    template <class T>
    T run(Task<T> task) {
        std::optional<T> result;
        asio::co_spawn(io_, std::move(task), [&](const std::exception_ptr&, T value) {
            result.emplace(std::move(value));
        });
        while (!result) {
            poll();
            if (!result && !clock_.jump()) throw std::runtime_error("waited in vain");
        }
        return *std::move(result);
    }

    void run_void(Task<> task) {
        bool done = false;
        asio::co_spawn(io_, std::move(task), [&](const std::exception_ptr&) { done = true; });
        while (!done) {
            poll();
        }
    }

    void poll() {
        io_.restart();
        io_.poll();
    }

    void run_for(Duration time) {
        const SteadyTime end = clock_.now() + time;
        while (clock_.next() && *clock_.next() <= end) {
            clock_.jump();
            poll();
        }
        clock_.advance(end - clock_.now());
        poll();
    }

    Epoch epoch() const { return epoch_at(clock_.wall()); }

    SteadyTime soon() const { return clock_.now() + seconds(5); }

    Result<Published> publish(FakeDirectory& node, Revision revision = {0, 8}) {
        return run(node.publish(alice_.records(epoch(), revision), soon()));
    }

    Result<Bytes> lookup(FakeDirectory& node, OnRecord better = {}) {
        return run(node.lookup(
            alice_.slots(epoch()), alice_.accept(clock_.wall()), soon(), std::move(better)));
    }

    Revision revision_of_found(const Result<Bytes>& found) const {
        return *alice_.accept(clock_.wall())(*found);
    }

    asio::io_context io_;
    test::FakeClock clock_;
    test::FakeRecordSpace space_;
    identity::Network network_{crypto::NetworkSecret::copy_of(Bytes(32, 1))};
    FakeDirectory first_{io_.get_executor(), clock_, space_};
    FakeDirectory second_{io_.get_executor(), clock_, space_};
    test::BeaconMaker alice_{1};
};

TEST_F(FakeDirectoryTest, GivesToOneWhatAnotherPublished) {
    const SteadyTime begin = clock_.now();
    ASSERT_TRUE(publish(first_));
    EXPECT_TRUE(lookup(second_));
    EXPECT_EQ(clock_.now() - begin, 3 * space_.latency);
    EXPECT_EQ(space_.publications, 1U);
    EXPECT_EQ(space_.lookups, 1U);
}

TEST_F(FakeDirectoryTest, RefusesWhatNodesRefuse) {
    auto records = alice_.records(epoch());
    records[1].data[300] ^= 1;
    const auto published = run(first_.publish(std::move(records), soon()));
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().code, Code::InvalidArgument);
}

TEST_F(FakeDirectoryTest, KeepsTheNewestAndForgetsItAfterADay) {
    ASSERT_TRUE(publish(first_, {0, 16}));
    ASSERT_TRUE(publish(second_, {0, 8}));
    EXPECT_EQ(revision_of_found(lookup(second_)), (Revision{0, 16}));
    const auto slots = alice_.slots(epoch());
    const auto accept = alice_.accept(clock_.wall());
    run_for(hours(25));
    EXPECT_EQ(run(second_.lookup(slots, accept, soon(), {})).error().code, Code::NotFound);
}

TEST_F(FakeDirectoryTest, WithholdsForgesAndFloods) {
    ASSERT_TRUE(publish(first_));
    space_.default_holders = Holders::Withhold;
    EXPECT_EQ(lookup(second_).error().code, Code::NotFound);
    space_.default_holders = Holders::Junk;
    EXPECT_EQ(lookup(second_).error().code, Code::NotFound);
    space_.default_holders = Holders::Forge;
    EXPECT_TRUE(lookup(second_));
    // One slot in enemy hands hides nothing.
    space_.default_holders = Holders::Honest;
    space_.holders[alice_.slots(epoch())[0].location] = Holders::Withhold;
    EXPECT_TRUE(lookup(second_));
}

TEST_F(FakeDirectoryTest, RollsBackAndThenTellsTheBetterOne) {
    ASSERT_TRUE(publish(first_, {0, 8}));
    ASSERT_TRUE(publish(first_, {0, 16}));
    space_.holders[alice_.slots(epoch())[0].location] = Holders::RollBack;
    space_.extra_latency = {Duration::zero(), seconds(1)};
    std::vector<Bytes> better;
    const auto found = lookup(second_, [&](Bytes record) { better.push_back(std::move(record)); });
    EXPECT_EQ(revision_of_found(found), (Revision{0, 8}));
    EXPECT_TRUE(better.empty());
    run_for(seconds(2));
    ASSERT_EQ(better.size(), 1U);
    EXPECT_EQ(revision_of_found(better[0]), (Revision{0, 16}));
}

TEST_F(FakeDirectoryTest, WaitsWhileUnplugged) {
    first_.plug(false);
    EXPECT_EQ(first_.state().connection, Connection::Offline);
    EXPECT_EQ(publish(first_).error().code, Code::Unreachable);
    EXPECT_EQ(lookup(first_).error().code, Code::Unreachable);
    first_.plug(true);
    EXPECT_TRUE(lookup(second_)) << "what waited went out";
}

TEST_F(FakeDirectoryTest, KeepsNetworksApart) {
    FakeDirectory stranger(io_.get_executor(), clock_, space_);
    const identity::Network other(crypto::NetworkSecret::copy_of(Bytes(32, 2)));
    ASSERT_TRUE(stranger.start(other, {}));
    EXPECT_EQ(stranger.state().connection, Connection::Alone);
    ASSERT_TRUE(publish(first_));
    EXPECT_EQ(lookup(stranger).error().code, Code::Unreachable);
    run_void(stranger.stop());
}

TEST_F(FakeDirectoryTest, TellsWatchersAndListeners) {
    std::optional<Bytes> heard;
    const auto watch = second_.watch(alice_.slots(epoch()),
                                     alice_.accept(clock_.wall()),
                                     clock_.now() + minutes(1),
                                     [&](Bytes record) { heard = std::move(record); });
    std::vector<Connection> states;
    const auto listener =
        second_.on_state([&](const State& state) { states.push_back(state.connection); });
    run_for(seconds(3));
    EXPECT_FALSE(heard.has_value());
    ASSERT_TRUE(publish(first_));
    run_for(seconds(3));
    EXPECT_TRUE(heard.has_value());
    first_.plug(false);
    run_for(seconds(1));
    EXPECT_EQ(states.back(), Connection::Alone);
}

TEST_F(FakeDirectoryTest, StoppingEndsALookUp) {
    std::optional<Code> end;
    asio::co_spawn(io_,
                   second_.lookup(alice_.slots(epoch()), alice_.accept(clock_.wall()), soon(), {}),
                   [&](const std::exception_ptr&, const Result<Bytes>& found) {
                       end = found ? Code::Internal : found.error().code;
                   });
    poll();
    run_void(second_.stop());
    poll();
    EXPECT_EQ(end, Code::Cancelled);
}

}  // namespace
}  // namespace kith::directory
