// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/density.h"

#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::dht {
namespace {

std::vector<double> nearest_of(std::size_t nodes, std::size_t known, Random& random) {
    std::vector<double> all(nodes);
    for (double& one : all)
        one = random.unit();
    std::ranges::sort(all);
    all.resize(std::min(known, nodes));
    return all;
}

TEST(Density, NothingIsKnownWhenNobodyAnswered) {
    Density density;
    EXPECT_FALSE(density.nodes());
    density.add({});
    EXPECT_FALSE(density.nodes());
}

TEST(Density, EstimatesWithinAThirdMostly) {
    test::SeededRandom random(3);
    for (const std::size_t nodes : {100U, 500U, 5000U}) {
        int close = 0;
        double sum = 0;
        for (int i = 0; i < 300; ++i) {
            Density density;
            for (std::size_t place = 0; place < Density::kept; ++place)
                density.add(nearest_of(nodes, 14, random));
            const auto seen = static_cast<double>(*density.nodes());
            const auto truth = static_cast<double>(nodes);
            close += seen > truth * 2 / 3 && seen < truth * 4 / 3 ? 1 : 0;
            sum += seen / truth;
        }
        EXPECT_GT(close, 240) << nodes;
        EXPECT_NEAR(sum / 300, 1, 0.06) << nodes;
    }
}

TEST(Density, ForgetsWhatWas) {
    test::SeededRandom random(4);
    Density density;
    for (int i = 0; i < 10; ++i)
        density.add(nearest_of(5000, 8, random));
    for (std::size_t place = 0; place < Density::kept; ++place)
        density.add(nearest_of(100, 8, random));
    EXPECT_LT(*density.nodes(), 200U);
}

}  // namespace
}  // namespace kith::dht
