// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

// Longer than three of the runs that are looked at together.
constexpr std::size_t length = 50;

TEST(Utf8, AWrongByteIsFoundWhereverItStands) {
    ASSERT_TRUE(is_valid_utf8(std::string(length, 'a')));
    for (std::size_t at = 0; at < length; ++at) {
        std::string text(length, 'a');
        text[at] = '\x80';
        EXPECT_FALSE(is_valid_utf8(text)) << at;
        text[at] = '\xFF';
        EXPECT_FALSE(is_valid_utf8(text)) << at;
    }
}

TEST(Utf8, LettersOfSeveralBytesMayStandAnywhereButWhole) {
    for (const std::string letter : {"ж", "€", "😀"}) {
        for (std::size_t at = 0; at < length; ++at) {
            const std::string text = std::string(at, 'a') + letter;
            EXPECT_TRUE(is_valid_utf8(text + std::string(length, 'a'))) << letter << at;
            for (std::size_t cut = 1; cut < letter.size(); ++cut) {
                const std::string torn = text.substr(0, text.size() - cut);
                EXPECT_FALSE(is_valid_utf8(torn)) << letter << at;
                EXPECT_FALSE(is_valid_utf8(torn + std::string(length, 'a'))) << letter << at;
            }
        }
    }
}

}  // namespace
}  // namespace kith
