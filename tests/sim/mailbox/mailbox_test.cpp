// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of docs/spec/mailbox.md: the table of odds, and what repair is worth, with the
// sender's own timers.
#include "core/reputation/delivery_odds.h"
#include "tests/sim/mailbox/absent_people.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace kith::sim {
namespace {

TEST(MailboxOdds, EqualTheTableOfTheSpecification) {
    struct Row {
        double p;
        std::array<double, 7> odds;
    };

    // k = 1, 2, 3, 5; k = 3 with rho .1, rho .3, and rho .1 with one bad host in ten.
    const std::vector<Row> table{
        {.3, {.2827, .4855, .6309, .8101, .5921, .5203, .5527}},
        {.5, {.4980, .7480, .8735, .9681, .8362, .7615, .7988}},
        {.7, {.7000, .9100, .9730, .9976, .9526, .9047, .9293}},
        {.9, {.9000, .9900, .9990, 1.0000, .9950, .9809, .9880}},
        {.99, {.9900, .9999, 1.0000, 1.0000, .9998, .9986, .9983}},
    };
    for (const Row& row : table) {
        using reputation::HostGroup;
        const std::array<HostGroup, 7> groups{{{1, row.p, 0, 1, 1},
                                               {2, row.p, 0, 1, 1},
                                               {3, row.p, 0, 1, 1},
                                               {5, row.p, 0, 1, 1},
                                               {3, row.p, .1, 1, 1},
                                               {3, row.p, .3, 1, 1},
                                               {3, row.p, .1, .9, 1}}};
        for (std::size_t i = 0; i < groups.size(); ++i)
            EXPECT_NEAR(reputation::delivery_odds(groups[i], 8), row.odds[i], 1e-4)
                << "p " << row.p << " column " << i;
    }
}

struct Reference {
    HostModel model;
    double in_24_hours;
    double in_14_days;
};

// Shares of the reference model, mean of five seeds of 4,000 messages.
const std::vector<Reference> references{
    {{.5, 0, 0, true, false}, 0.161, 0.744},
    {{.3, 3, 0, true, false}, 0.434, 1.000},
    {{.5, 1, 0, false, false}, 0.358, 0.883},
    {{.5, 1, 0, true, false}, 0.385, 0.996},
    {{.5, 3, 0, false, false}, 0.556, 0.975},
    {{.5, 3, 0, true, false}, 0.584, 1.000},
    {{.5, 3, .2, true, false}, 0.537, 0.997},
    {{.7, 3, 0, true, true}, 0.646, 1.000},
    {{.7, 3, .2, true, false}, 0.638, 0.997},
    {{.9, 3, 0, true, false}, 0.683, 1.000},
    {{.9, 3, .2, true, false}, 0.675, 0.998},
    {{.9, 5, .2, true, false}, 0.685, 1.000},
    {{.99, 1, 0, true, false}, 0.685, 0.998},
};

TEST(AbsentPeople, AreReachedAsOftenAsTheReferenceSays) {
    const char* soak = std::getenv("KITH_SOAK");
    const unsigned messages = soak != nullptr ? 20000 : 4000;
    for (const Reference& row : references) {
        const Arrived got = run_absent_people(row.model, messages, 1);
        RecordProperty("in_24_hours", std::to_string(got.in_24_hours));
        EXPECT_NEAR(got.in_24_hours, row.in_24_hours, 0.03)
            << row.model.hosts << " hosts at " << row.model.availability;
        EXPECT_NEAR(got.in_14_days, row.in_14_days, 0.015)
            << row.model.hosts << " hosts at " << row.model.availability;
    }
}

TEST(AbsentPeople, RepairIsWorthMoreThanReplicas) {
    const Arrived repaired = run_absent_people({.5, 1, 0, true, false}, 3000, 2);
    const Arrived replicated = run_absent_people({.5, 3, 0, false, false}, 3000, 2);
    EXPECT_GT(repaired.in_14_days, replicated.in_14_days);
    EXPECT_LT(repaired.copies, 1.2);
}

}  // namespace
}  // namespace kith::sim
