// SPDX-License-Identifier: GPL-3.0-or-later
// tests/vectors/reputation.json: the formulas that have no history.
#include "core/base/gcra.h"
#include "core/reputation/delivery_odds.h"
#include "core/reputation/desk_rank.h"
#include "core/reputation/effort.h"
#include "core/reputation/loss_detector.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace kith::reputation {
namespace {

using test::hex_as;
using test::json;

const json& vectors() {
    return test::own_set("reputation.json");
}

Timestamp at(double seconds_since) {
    return Timestamp(Duration(std::llround(seconds_since * 1e6)));
}

double in_seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

TEST(FormulaVectors, Gcra) {
    ASSERT_EQ(vectors()["gcra"].size(), 4U);
    for (const json& run : vectors()["gcra"]) {
        SCOPED_TRACE(run.dump());
        const double rate = run["rate"];
        const Pace pace = Pace::of(run["burst"], Duration(std::llround(1e6 / rate)));
        Gcra<Timestamp> state;
        if (run.contains("conforming_at_0")) {
            unsigned taken = 0;
            while (state.take(pace, Timestamp()) == Duration::zero())
                ++taken;
            EXPECT_EQ(taken, run["conforming_at_0"].get<unsigned>());
        }
        for (const json& call : run["calls"]) {
            const Duration wait = state.take(pace, at(call["t"]), call["n"]);
            EXPECT_NEAR(in_seconds(wait), call["wait"], 1e-6) << call.dump();
        }
    }
}

TEST(FormulaVectors, Effort) {
    ASSERT_EQ(vectors()["effort"].size(), 2U);
    for (const json& run : vectors()["effort"]) {
        Effort effort = Effort::from_value(run["E0"]);
        for (const json& step : run["steps"]) {
            effort.end_period(step["arrivals"], step["reports"], run["slots"]);
            EXPECT_NEAR(effort.value(), step["E"].get<double>(), 1e-9) << step.dump();
        }
    }
}

TEST(FormulaVectors, LossDetector) {
    const json& cusum = vectors()["cusum"];
    EXPECT_EQ(LossDetector::alarm_level, cusum["h"].get<double>());
    ASSERT_EQ(cusum["runs"].size(), 4U);
    for (const json& run : cusum["runs"]) {
        SCOPED_TRACE(run["seq"].get<std::string>());
        LossDetector detector;
        std::size_t copies = 0;
        std::size_t alarm = 0;
        for (const char copy : run["seq"].get<std::string>()) {
            copy == 'L' ? detector.lost() : detector.kept();
            EXPECT_NEAR(detector.level(), run["g"][copies].get<double>(), 1e-9);
            ++copies;
            if (alarm == 0 && detector.alarm()) alarm = copies;
        }
        EXPECT_EQ(alarm, run["evict_at"].is_null() ? 0 : run["evict_at"].get<std::size_t>());
    }
}

TEST(FormulaVectors, DeliveryOdds) {
    ASSERT_EQ(vectors()["delivery"].size(), 120U);
    for (const json& c : vectors()["delivery"]) {
        const HostGroup group{c["k"], c["p"], c["rho"], c["h"], c["s"]};
        EXPECT_NEAR(delivery_odds(group, c["n"]), c["P"].get<double>(), 1e-9) << c.dump();
    }
    ASSERT_EQ(vectors()["all_down"].size(), 18U);
    for (const json& c : vectors()["all_down"]) {
        const HostGroup group{c["k"], c["p"], c["rho"]};
        EXPECT_NEAR(all_down(group), c["P"].get<double>(), 1e-9) << c.dump();
    }
}

TEST(FormulaVectors, Ranks) {
    ASSERT_EQ(vectors()["rank"].size(), 16U);
    for (const json& c : vectors()["rank"]) {
        const WorkEighths price = 8 * c["factor"].get<std::uint32_t>();
        EXPECT_EQ(rank_bucket(c["d"], price), c["bucket"].get<unsigned>()) << c.dump();
    }
}

TEST(FormulaVectors, Lottery) {
    const json& tie = vectors()["tie"];
    const auto secret = hex_as<DeskSecret>(tie["secret"]);
    std::vector<std::pair<std::uint64_t, std::string>> tickets;
    for (std::size_t i = 0; i < tie["ids"].size(); ++i) {
        const std::string id = tie["ids"][i];
        const auto ticket = lottery_ticket(secret, tie["period"], hex_as<crypto::MessageId>(id));
        EXPECT_EQ(test::to_text(be_bytes<std::uint64_t>(ticket)), tie["tie"][i]);
        tickets.emplace_back(ticket, id);
    }
    std::ranges::sort(tickets, std::ranges::greater());
    for (std::size_t i = 0; i < tickets.size(); ++i)
        EXPECT_EQ(tickets[i].second, tie["order"][i]);
}

TEST(Effort, DifficultyIsRoundedUp) {
    EXPECT_EQ(difficulty_for(2, 8), 500U);
    EXPECT_EQ(difficulty_for(2, 1), 63U);  // 62.5, and what hosts ask at least
    EXPECT_EQ(difficulty_for(512, 64), 1'024'000U);
    EXPECT_EQ(Effort::from_value(2.1).published(), 3);
    EXPECT_EQ(Effort::from_value(1e9).published(), 512);
    EXPECT_EQ(Effort::from_value(std::nan("")).published(), 2);
}

TEST(Effort, EachTryPaysFourTimesAsMuchUpToTheCap) {
    EXPECT_EQ(effort_of_try(0, 2), 2);
    EXPECT_EQ(effort_of_try(3, 2), 128);
    EXPECT_EQ(effort_of_try(1, 200), 512);
    EXPECT_EQ(effort_of_try(60, 512), 512);
    EXPECT_EQ(expected_time(difficulty_for(2, 8), milliseconds(1)), seconds(2));
}

}  // namespace
}  // namespace kith::reputation
