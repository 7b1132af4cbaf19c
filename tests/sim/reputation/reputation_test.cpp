// SPDX-License-Identifier: GPL-3.0-or-later
// Every line of the table of docs/spec/reputation.md#figures, reproduced by the code that runs in
// the node: means over fixed seeds, with the ranges written there. Time is an argument, so months
// pass in seconds. KITH_SOAK=1 runs four times as many seeds, and twice as many users.
#include "tests/sim/reputation/cold_contact.h"
#include "tests/sim/reputation/contacts.h"
#include "tests/sim/reputation/hosts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace kith::sim {
namespace {

bool soaking() {
    return std::getenv("KITH_SOAK") != nullptr;
}

std::uint64_t seeds() {
    return soaking() ? 20 : 5;
}

ColdContact cold_contact() {
    ColdContact setting;
    setting.users = soaking() ? 60 : 30;
    return setting;
}

/// One line of the table: its value, and what is accepted.
void expect_row(const std::string& name, double value, double low, double high) {
    std::printf("%-58s %12.4f   [%g, %g]\n", name.c_str(), value, low, high);
    EXPECT_GE(value, low) << name;
    EXPECT_LE(value, high) << name;
}

template <class Run>
auto runs_of(Run&& run) {
    std::vector<decltype(run(std::uint64_t{1}))> runs;
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed)
        runs.push_back(run(seed));
    return runs;
}

template <class Outcome, class Value>
double mean(const std::vector<Outcome>& runs, Value&& value) {
    double sum = 0;
    for (const Outcome& run : runs)
        sum += static_cast<double>(std::invoke(value, run));
    return sum / static_cast<double>(runs.size());
}

template <class Outcome, class Value>
double worst(const std::vector<Outcome>& runs, Value&& value) {
    double most = 0;
    for (const Outcome& run : runs)
        most = std::max(most, static_cast<double>(std::invoke(value, run)));
    return most;
}

std::vector<ColdOutcome> attacked(const std::string& name, double budget) {
    auto runs = runs_of([&](std::uint64_t seed) {
        ColdContact setting = cold_contact();
        setting.budget = budget;
        return run_cold_contact(setting, seed);
    });
    expect_row(
        name + ": spam in the inbox, worst seed", worst(runs, &ColdOutcome::spam_in_inbox), 0, 0);
    expect_row(name + ": invited get through", mean(runs, &ColdOutcome::invited_ok), .92, 1);
    expect_row(name + ": introduced get through", mean(runs, &ColdOutcome::introduced_ok), .92, 1);
    expect_row(name + ": cold shown on one day, worst",
               worst(runs, &ColdOutcome::most_cold_in_a_day),
               0,
               20);
    expect_row(
        name + ": bytes of a desk, worst", worst(runs, &ColdOutcome::most_memory), 0, 1 << 20);
    return runs;
}

TEST(ReputationFigures, AQuietNetworkLetsStrangersThrough) {
    const auto runs = attacked("quiet", 0);
    expect_row("quiet: cold get through", mean(runs, &ColdOutcome::cold_ok), .90, 1);
    expect_row("quiet: spam shown", worst(runs, &ColdOutcome::spam_shown), 0, 0);
}

TEST(ReputationFigures, AThousandRcpuADay) {
    const auto runs = attacked("1,000 rCPU", 1000);
    expect_row("1,000 rCPU: shown a day", mean(runs, &ColdOutcome::spam_shown), 3.3, 3.7);
    expect_row("1,000 rCPU: cost of one shown", mean(runs, &ColdOutcome::cost), 270, 300);
    expect_row("1,000 rCPU: cold get through", mean(runs, &ColdOutcome::cold_ok), .90, 1);
}

TEST(ReputationFigures, TenThousandRcpuADay) {
    const auto runs = attacked("10,000 rCPU", 10'000);
    expect_row("10,000 rCPU: shown a day", mean(runs, &ColdOutcome::spam_shown), 9.7, 10.0);
    expect_row("10,000 rCPU: cost of one shown", mean(runs, &ColdOutcome::cost), 980, 1030);
    expect_row("10,000 rCPU: cold get through", mean(runs, &ColdOutcome::cold_ok), .78, 1);
}

TEST(ReputationFigures, PureWorkForComparison) {
    for (const auto& [budget, low, high] :
         {std::tuple{1'000.0, 245.0, 255.0}, std::tuple{10'000.0, 2'480.0, 2'520.0}}) {
        double spam = 0;
        for (std::uint64_t seed = 1; seed <= seeds(); ++seed)
            spam += run_pure_work(budget, seed) / static_cast<double>(seeds());
        expect_row("pure work: spam a day at " + std::to_string(static_cast<int>(budget)),
                   spam,
                   low,
                   high);
    }
}

TEST(ReputationFigures, CompromisedContactsIntroduceFew) {
    for (const unsigned edges : {1U, 3U}) {
        const auto runs = runs_of([&](std::uint64_t seed) {
            ColdContact setting = cold_contact();
            setting.edges = edges;
            setting.warm_up = 0;
            return run_cold_contact(setting, seed);
        });
        const double each = mean(runs, &ColdOutcome::spam_by_edges) * 60 / edges;
        expect_row(
            "vouching, " + std::to_string(edges) + " edges: shown for each in 60 d", each, 0, 3.2);
        expect_row("vouching: spam in the inbox", worst(runs, &ColdOutcome::spam_in_inbox), 0, 0);
    }
}

TEST(ReputationFigures, FriendsNeverNotice) {
    const auto runs = runs_of([](std::uint64_t seed) { return run_friends(seed, std::nullopt); });
    expect_row("friends: messages", mean(runs, &FriendsOutcome::messages), 150'000, 200'000);
    expect_row("friends: dropped", worst(runs, &FriendsOutcome::dropped), 0, 0);
    expect_row(
        "friends: median wait, s, worst seed", worst(runs, &FriendsOutcome::median_wait), 0, 0);
    expect_row("friends: share delayed", mean(runs, &FriendsOutcome::delayed), 0, .001);
    expect_row("friends who write much: share delayed",
               mean(runs, &FriendsOutcome::heavy_delayed),
               0,
               .001);
    expect_row("friends who write much: p95, s", mean(runs, &FriendsOutcome::heavy_95), 0, 0);
    expect_row(
        "friends: longest wait, s, worst seed", worst(runs, &FriendsOutcome::longest_wait), 0, 1);
    for (const FriendsOutcome& run : runs)
        EXPECT_GE(run.least_score, 0.6);
}

TEST(ReputationFigures, FriendsNeverNoticeWhenTheReaderIsAway) {
    const auto runs = runs_of([](std::uint64_t seed) {
        return run_friends(seed, std::pair{8, 22});
    });
    expect_row("away 14 d: dropped", worst(runs, &FriendsOutcome::dropped), 0, 0);
    expect_row(
        "away 14 d: longest wait, s, worst seed", worst(runs, &FriendsOutcome::longest_wait), 0, 1);
    expect_row("away 14 d: most unread of one friend",
               mean(runs, &FriendsOutcome::most_unread),
               2900,
               3300);
}

TEST(ReputationFigures, ABurstIsTakenWhileItIsRead) {
    expect_row("contact: 10,000 at once, s", run_burst(10'000, false), 179, 181);
    expect_row("contact: 50,000 at once, s", run_burst(50'000, false), 979, 981);
    expect_row("trusted: 10,000 at once, s", run_burst(10'000, true), 24, 26);
    expect_row("trusted: 50,000 at once, s", run_burst(50'000, true), 224, 226);
}

TEST(ReputationFigures, ASleeperIsBoundByItsCreditAndEndedByOneReport) {
    const auto early = runs_of([](std::uint64_t seed) { return run_sleepers(seed, 3); });
    expect_row("sleeper, 3 d: messages stored", mean(early, &SleeperOutcome::mean), 6'700, 7'900);
    const auto late = runs_of([](std::uint64_t seed) { return run_sleepers(seed, 30); });
    expect_row("sleeper, 30 d: messages stored", mean(late, &SleeperOutcome::mean), 13'200, 15'400);
    expect_row("sleeper, 30 d: p95", mean(late, &SleeperOutcome::p95), 28'000, 33'500);
    expect_row(
        "sleeper, 30 d: most in one look", worst(late, &SleeperOutcome::per_look), 10'200, 10'300);
    expect_row("sleeper: restricted with credit 5", mean(late, &SleeperOutcome::restricted), 1, 1);
    expect_row(
        "sleeper, 3 d: restricted with credit 5", mean(early, &SleeperOutcome::restricted), 1, 1);
}

TEST(ReputationFigures, FreshIdentitiesGainLittle) {
    double keep = 0;
    double fresh = 0;
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
        keep += run_whitewash(seed, false) / static_cast<double>(seeds());
        fresh += run_whitewash(seed, true) / static_cast<double>(seeds());
    }
    expect_row("whitewash: shown a day, one identity", keep, 0, .05);
    expect_row("whitewash: shown a day, fresh identities", fresh, 4.6, 5.6);
}

TEST(ReputationFigures, SlanderHasNoInput) {
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed)
        expect_row("slander: honest contacts limited", run_slander(seed), 0, 0);
}

TEST(ReputationFigures, HostsThatLoseMailAreLeft) {
    struct Row {
        double loss, left_low, left_high, day_low, day_high;
    };

    for (const Row& row : {Row{.0005, 0, .001, 0, 90},
                           Row{.002, 0, .005, 0, 90},
                           Row{.05, .99, 1, 8, 16},
                           Row{.3, 1, 1, 0, 3},
                           Row{1, 1, 1, 0, 1}}) {
        const auto runs = runs_of([&](std::uint64_t seed) { return run_audit(seed, row.loss); });
        const std::string name = "audit, loss " + std::to_string(row.loss);
        expect_row(
            name + ": left in 90 d", mean(runs, &AuditOutcome::left), row.left_low, row.left_high);
        expect_row(name + ": median day",
                   mean(runs, &AuditOutcome::median_day),
                   row.day_low,
                   row.day_high);
    }
}

TEST(ReputationFigures, MailboxesDeliverAsComputed) {
    struct Row {
        MailboxSetting setting;
        double within_day, delivered;
    };

    constexpr bool once = false;
    constexpr bool repair = true;
    constexpr bool nights = true;
    for (const Row& row : {Row{{.5, 0, 0, repair}, .161, .744},
                           Row{{.3, 3, 0, repair}, .434, 1.0},
                           Row{{.5, 1, 0, once}, .358, .883},
                           Row{{.5, 1, 0, repair}, .385, .996},
                           Row{{.5, 3, 0, once}, .556, .975},
                           Row{{.5, 3, 0, repair}, .584, 1.0},
                           Row{{.5, 3, .2, repair}, .537, .997},
                           Row{{.7, 3, 0, repair, nights}, .646, 1.0},
                           Row{{.7, 3, .2, repair}, .638, .997},
                           Row{{.9, 3, 0, repair}, .683, 1.0},
                           Row{{.9, 3, .2, repair}, .675, .998},
                           Row{{.9, 5, .2, repair}, .685, 1.0},
                           Row{{.99, 1, 0, repair}, .685, .998}}) {
        const auto runs =
            runs_of([&](std::uint64_t seed) { return run_mailbox(seed, row.setting, 4000); });
        const std::string name = "mailbox p " +
                                 std::to_string(row.setting.availability).substr(0, 4) + " k " +
                                 std::to_string(row.setting.hosts);
        expect_row(name + ": within 24 h",
                   mean(runs, &MailboxOutcome::within_day),
                   row.within_day - .03,
                   row.within_day + .03);
        expect_row(name + ": within 14 d",
                   mean(runs, &MailboxOutcome::delivered),
                   row.delivered - .015,
                   row.delivered + .015);
    }
}

}  // namespace
}  // namespace kith::sim
