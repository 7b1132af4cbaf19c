// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

#include "core/base/strong.h"

#include <gtest/gtest.h>

#include <memory>

namespace kith {
namespace {

Result<std::unique_ptr<int>> half(int value) {
    if (value % 2 != 0) return fail(Code::InvalidArgument, "odd");
    return std::make_unique<int>(value / 2);
}

Result<> check_small(int value) {
    if (value > 10) return fail(Code::TooLarge);
    return success();
}

Result<int> quarter(int value) {
    KITH_TRY(const auto first, half(value));
    KITH_TRY(const auto second, half(*first));
    KITH_CHECK(check_small(*second));
    return *second;
}

TEST(Result, CarriesValuesAndErrorsThroughTheMacros) {
    EXPECT_EQ(quarter(20).value(), 5);
    EXPECT_EQ(quarter(6).error().code, Code::InvalidArgument);
    EXPECT_EQ(quarter(6).error().context, "odd");
    EXPECT_EQ(quarter(80).error().code, Code::TooLarge);
}

struct Apples;
struct Pears;
static_assert(!std::is_convertible_v<Strong<int, Apples>, Strong<int, Pears>>);
static_assert(!std::is_convertible_v<int, Strong<int, Apples>>);

}  // namespace
}  // namespace kith
