// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/migrate.h"

#include <gtest/gtest.h>

#include <vector>

namespace kith::store {
namespace {

Result<FormatVersion> decoded(std::string_view text) {
    return decode_format(as_bytes(text));
}

TEST(FormatVersion, ReadsWhatItWrites) {
    const FormatVersion version{3, "0.5.0"};
    EXPECT_EQ(as_text(encode_format(version)), "format 3\nwritten by kith 0.5.0\n");
    EXPECT_EQ(decode_format(encode_format(version)), version);
    EXPECT_EQ(decoded("format 3\nwritten by kith 0.5.0\nmore of a later version\n"), version);
}

TEST(FormatVersion, RefusesAnythingElse) {
    for (const char* text : {"",
                             "format",
                             "format \n",
                             "format 0\nwritten by kith 1\n",
                             "format 1",
                             "format 1\n",
                             "format 1\nwritten by kith ",
                             "format 1\nwritten by kith \n",
                             "format 1 \nwritten by kith 1\n",
                             "format -1\nwritten by kith 1\n",
                             "format 99999999999\nwritten by"})
        EXPECT_FALSE(decoded(text)) << text;
}

TEST(FormatVersion, NewerIsRefusedWithBothNames) {
    EXPECT_TRUE(check_format({1, "0.1"}, {1, "0.2"}));
    EXPECT_TRUE(check_format({1, "0.1"}, {2, "0.2"}));
    const auto newer = check_format({2, "0.5"}, {1, "0.3"});
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().code, Code::UnsupportedVersion);
    EXPECT_EQ(newer.error().context, "database was written by kith 0.5, this is 0.3");
}

TEST(Migrate, SavesEachFormatItReachesAndStopsAtAFailure) {
    MigrationRows rows;
    int commits = 0;
    rows.commit = [&commits]() -> Result<> {
        ++commits;
        return {};
    };
    std::vector<std::uint32_t> saved;
    const auto save = [&saved](std::uint32_t reached) -> Result<> {
        saved.push_back(reached);
        return {};
    };
    bool broken = true;
    const std::vector<MigrationStep> steps{{1, [](MigrationRows&) -> Result<> { return {}; }},
                                           {2, [&broken](MigrationRows&) -> Result<> {
                                                if (broken) return fail(Code::DiskFull);
                                                return {};
                                            }}};
    EXPECT_FALSE(migrate(1, 3, steps, rows, save));
    EXPECT_EQ(saved, std::vector<std::uint32_t>{2});
    broken = false;
    EXPECT_TRUE(migrate(2, 3, steps, rows, save));
    EXPECT_EQ(saved, (std::vector<std::uint32_t>{2, 3}));
    EXPECT_EQ(commits, 2);
    EXPECT_EQ(migrate(3, 4, steps, rows, save).error().code, Code::UnsupportedVersion);
}

}  // namespace
}  // namespace kith::store
