// SPDX-License-Identifier: GPL-3.0-or-later
// A day of a town: everybody settles in by an invitation, makes friends, and writes now and then;
// some are always on, most come and go. At the end each text has been heard, once and in order, and
// the figures of docs/scale.md are printed.
//
//   KITH_SCALE_NODES=2000 KITH_SCALE_HOURS=24 bin/kith_sim_scale
//
// Long by KITH_SOAK; KITH_SIM_SEED chooses another town.
#include "tests/sim/scale/figures.h"
#include "tests/sim/scale/town.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <ctime>

namespace kith::sim {
namespace {

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
    const char* const text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

bool soaks() {
    return std::getenv("KITH_SOAK") != nullptr;  // NOLINT(concurrency-mt-unsafe)
}

// What the process has computed, in seconds.
double computed() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// Between two who move in.
constexpr Duration step = milliseconds(500);

struct Plan {
    std::size_t nodes;
    Duration day;
    double texts_a_day = 10;
    std::size_t friends = 4;  // beside who invited

    Duration settling() const { return 3 * step / 2 * static_cast<int>(nodes); }
};

// Always on: one in ten serves everybody, two more in ten are ordinary. The others are on for a
// third of the time, in pieces. A third of all but those who serve cannot be called.
Role role_of(std::size_t number) {
    Role role;
    role.serves = number % 10 == 0;
    role.always = number % 10 < 3;
    role.callable = role.serves || number % 3 != 0;
    return role;
}

class Day {
  public:
    Day(Town& town, const Plan& plan) : town_(town), plan_(plan) {}

    void settle() {
        for (std::size_t i = 0; i < plan_.nodes; ++i)
            town_.settle(role_of(i));
        for (std::size_t i = 0; i < plan_.nodes; ++i)
            town_[i].district.start(move_in(i));
        town_.run_until([this] { return settled_ == plan_.nodes; });
    }

    void pass() {
        end_ = town_.now() + plan_.day;
        for (std::size_t i = 0; i < plan_.nodes; ++i) {
            town_[i].district.start(write(town_[i]));
            if (!town_[i].role.always) town_[i].district.start(come_and_go(town_[i]));
        }
        constexpr int parts = 6;
        for (int i = 0; i < parts; ++i) {
            town_.run_for(plan_.day / parts);
            std::printf("%zu of %zu who are on take part in the DHT\n", active(), on());
        }
        // Everybody comes home and hears what is left.
        town_.run_until([this] { return busy_ == 0; });
        for (std::size_t i = 0; i < plan_.nodes; ++i) {
            if (town_[i].is_on()) continue;
            ++busy_;
            town_[i].district.start(come_home(town_[i]));
        }
        town_.run_until([this] { return busy_ == 0; });
        town_.run_for(minutes(10));
    }

    std::size_t on() const {
        std::size_t out = 0;
        for (std::size_t i = 0; i < town_.size(); ++i)
            out += town_[i].is_on() ? 1U : 0U;
        return out;
    }

    std::size_t active() const {
        std::size_t out = 0;
        for (std::size_t i = 0; i < town_.size(); ++i) {
            const auto connection = town_[i].connection();
            out += connection != directory::Connection::Offline &&
                           connection != directory::Connection::Parked
                       ? 1U
                       : 0U;
        }
        return out;
    }

  private:
    Task<> move_in(std::size_t i) {
        Resident& one = town_[i];
        District& here = one.district;
        const Duration turn = step * static_cast<int>(i);
        co_await here.pause(turn);
        co_await one.switch_on();
        if (i == 0) {
            co_await one.found();
        } else {
            bool joined = false;
            while (!joined) {
                Resident& inviter = town_[here.random.below(i)];
                if (inviter.role.callable) joined = co_await one.join(inviter);
                if (!joined) co_await here.pause(milliseconds(100));
            }
        }
        co_await here.pause(plan_.settling() - turn);
        for (std::size_t k = 0; k < plan_.friends; ++k) {
            // Half of them are people who are always there.
            Resident& other = k % 2 == 0 ? town_[here.random.below(plan_.nodes / 10) * 10]
                                         : town_[here.random.below(plan_.nodes)];
            const auto pause = here.random.below(600'000);
            co_await here.pause(milliseconds(static_cast<int>(pause)));
            co_await one.befriend(other);
        }
        ++settled_;
    }

    static Duration exponential(Resident& one, Duration mean) {
        const double part = -std::log(1 - one.district.random.unit());
        return Duration(static_cast<Duration::rep>(static_cast<double>(mean.count()) * part));
    }

    // At any time of the day; who is off writes when it is on again.
    Task<> write(Resident& one) {
        ++busy_;
        const Duration mean(static_cast<Duration::rep>(
            static_cast<double>(Duration(hours(24)).count()) / plan_.texts_a_day));
        int count = 0;
        District& here = one.district;
        for (;;) {
            const Duration until_next = exponential(one, mean);
            if (here.now() + until_next >= end_) break;
            co_await here.pause(until_next);
            while (!one.is_on() && here.now() < end_)
                co_await here.pause(minutes(1));
            std::string text = "text " + std::to_string(++count);
            (void)co_await one.write(std::move(text));
        }
        --busy_;
    }

    Task<> come_and_go(Resident& one) {
        ++busy_;
        District& here = one.district;
        bool stays = here.random.unit() < 1.0 / 3;
        for (;;) {
            if (!stays) {
                co_await one.switch_off();
                const Duration away = exponential(one, hours(4));
                if (here.now() + away >= end_) break;
                co_await here.pause(away);
                co_await one.switch_on();
            }
            stays = false;
            const Duration there = exponential(one, hours(2));
            if (here.now() + there >= end_) break;
            co_await here.pause(there);
        }
        --busy_;
    }

    Task<> come_home(Resident& one) {
        co_await one.switch_on();
        --busy_;
    }

    Town& town_;
    Plan plan_;
    SteadyTime end_{};
    std::atomic<std::size_t> settled_ = 0;
    std::atomic<std::size_t> busy_ = 0;
};

TEST(ADayOfATown, EachTextIsHeardOnceAndInOrder) {
    const bool soak = soaks();
    const Plan plan{number_of("KITH_SCALE_NODES", soak ? 150 : 30),
                    hours(static_cast<int>(number_of("KITH_SCALE_HOURS", soak ? 24 : 1))),
                    soak ? 10.0 : 100.0};
    Town town(number_of("KITH_SIM_SEED", 1));
    // As large in this town as the real limits are among 2,048.
    if (plan.nodes < 2048) town.parking = {plan.nodes / 4, plan.nodes / 8};
    const double began = computed();
    const std::size_t memory_before = resident_memory();
    Day day(town, plan);
    day.settle();
    std::printf("%zu nodes settled in %.0f s of virtual time: %.1f s of processor\n",
                plan.nodes,
                std::chrono::duration<double>(town.now().time_since_epoch() - hours(1000)).count(),
                computed() - began);
    std::printf("%zu invitations came to nothing within five minutes\n",
                town.district(0).vain_invitations + town.district(1).vain_invitations);
    Figures figures(town);
    figures.begin();
    day.pass();
    figures.end();
    std::printf("%zu of %zu nodes take part in the DHT at the end\n", day.active(), town.size());
    std::printf("memory %.2f MB a node; %.0f s of processor in all\n",
                static_cast<double>(resident_memory() - memory_before) / 1e6 /
                    static_cast<double>(plan.nodes),
                computed() - began);
    figures.print();
    std::printf("digest of all datagrams: %016llx\n",
                static_cast<unsigned long long>(town.digest()));
    EXPECT_GT(figures.sent(), 0U);
    EXPECT_EQ(figures.heard(), figures.sent());
    EXPECT_EQ(figures.twice(), 0U);
    EXPECT_EQ(figures.out_of_order(), 0U);
    std::printf("all bytes of the median node: %.1f MB a day\n",
                static_cast<double>(figures.median_bytes()) / 1e6);
}

// What is drawn or timed beside the seed shows here. An order by place in memory shows only now and
// then: the one that there was is held by commits_test.cpp.
TEST(ATown, RepeatsItself) {
    const auto digest = [] {
        const Plan plan{16, minutes(20), 500.0};
        Town town(number_of("KITH_SIM_SEED", 1));
        town.parking = {plan.nodes / 4, plan.nodes / 8};
        Day day(town, plan);
        day.settle();
        day.pass();
        return town.digest();
    };
    const std::uint64_t first = digest();
    EXPECT_EQ(digest(), first);
}

}  // namespace
}  // namespace kith::sim
