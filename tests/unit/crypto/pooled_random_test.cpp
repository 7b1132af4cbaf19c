// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/pooled_random.h"

#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::crypto {
namespace {

Bytes counting(std::size_t size, std::uint8_t first) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<std::uint8_t>(first + i);
    return out;
}

Bytes draw(Random& random, std::size_t size) {
    Bytes out(size);
    random.fill(out);
    return out;
}

TEST(PooledRandom, GivesEachByteOnce) {
    const Bytes pool = counting(PooledRandom::pool_size, 0);
    test::ScriptedRandom source(pool);
    PooledRandom random(source);
    Bytes got;
    for (std::size_t i = 0; i < PooledRandom::pool_size / 24; ++i)
        append(got, draw(random, 24));
    EXPECT_EQ(got, pool);
    EXPECT_TRUE(source.exhausted());
}

TEST(PooledRandom, WhatIsLeftTooShortIsThrownAway) {
    test::ScriptedRandom source(counting(PooledRandom::pool_size, 1));
    source.add(counting(PooledRandom::pool_size, 101));
    PooledRandom random(source);
    for (std::size_t drawn = 0; drawn + 10 < PooledRandom::pool_size; drawn += 10)
        draw(random, 10);
    EXPECT_EQ(draw(random, 24), counting(24, 101));
}

TEST(PooledRandom, LongDrawsComeStraightFromTheSource) {
    test::ScriptedRandom source(counting(32, 7));
    PooledRandom random(source);
    EXPECT_EQ(draw(random, 32), counting(32, 7));
    EXPECT_TRUE(source.exhausted());
}

TEST(PooledRandom, KeepsNothingOfWhatItGave) {
    test::SeededRandom source(1);
    PooledRandom random(source);
    const Bytes given = draw(random, 24);
    const auto* const memory = reinterpret_cast<const std::uint8_t*>(&random);
    EXPECT_EQ(std::search(memory, memory + sizeof random, given.begin(), given.end()),
              memory + sizeof random);
}

}  // namespace
}  // namespace kith::crypto
