// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/profile_paths.h"

#include <gtest/gtest.h>

#include <map>

namespace kith {
namespace {

Environment environment(std::map<std::string, std::string, std::less<>> values) {
    return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(name);
        if (found == values.end()) return std::nullopt;
        return found->second;
    };
}

TEST(ProfilePaths, FollowXdgBelowHome) {
    const auto paths = profile_paths({}, environment({{"HOME", "/home/ann"}}), 1000);
    ASSERT_TRUE(paths);
    EXPECT_EQ(paths->profile, "default");
    EXPECT_EQ(paths->config_file, "/home/ann/.config/kith/config.toml");
    EXPECT_EQ(paths->data, "/home/ann/.local/share/kith/default");
    EXPECT_EQ(paths->log_file, "/home/ann/.local/state/kith/default/kithd.log");
    EXPECT_EQ(paths->cache, "/home/ann/.cache/kith/default");
    EXPECT_EQ(paths->socket, "/tmp/kith-1000/default.sock");
}

TEST(ProfilePaths, TakeXdgVariablesUnlessTheyAreRelative) {
    const auto paths = profile_paths({.profile = "work"},
                                     environment({{"HOME", "/h"},
                                                  {"XDG_CONFIG_HOME", "/c"},
                                                  {"XDG_DATA_HOME", "relative"},
                                                  {"XDG_RUNTIME_DIR", "/run/user/7"}}),
                                     7);
    ASSERT_TRUE(paths);
    EXPECT_EQ(paths->config_file, "/c/kith/work.toml");
    EXPECT_EQ(paths->data, "/h/.local/share/kith/work");
    EXPECT_EQ(paths->socket, "/run/user/7/kith/work.sock");
}

TEST(ProfilePaths, KithHomeHoldsAllFive) {
    const auto paths = profile_paths({}, environment({{"KITH_HOME", "/k"}}), 7);
    ASSERT_TRUE(paths);
    EXPECT_EQ(paths->config_file, "/k/config/config.toml");
    EXPECT_EQ(paths->data, "/k/share/default");
    EXPECT_EQ(paths->state, "/k/state/default");
    EXPECT_EQ(paths->cache, "/k/cache/default");
    EXPECT_EQ(paths->socket, "/k/run/default.sock");
}

TEST(ProfilePaths, FlagsWinOverTheEnvironment) {
    const auto paths = profile_paths(
        {.profile = "a", .home = "/f", .socket = "/s/x", .config = "/c/y.toml"},
        environment({{"KITH_PROFILE", "b"}, {"KITH_HOME", "/g"}, {"KITH_SOCKET", "/t"}}),
        7);
    ASSERT_TRUE(paths);
    EXPECT_EQ(paths->profile, "a");
    EXPECT_EQ(paths->data, "/f/share/a");
    EXPECT_EQ(paths->socket, "/s/x");
    EXPECT_EQ(paths->config_file, "/c/y.toml");
}

TEST(ProfilePaths, RefuseNamesThatCouldLeaveTheirDirectory) {
    for (const char* name : {"../x", "a/b", ".hidden", "-x", "Ann", "a b", "\xc3\xa4"}) {
        EXPECT_FALSE(profile_paths({.profile = name}, environment({{"HOME", "/h"}}), 7)) << name;
    }
    EXPECT_FALSE(
        profile_paths({.profile = std::string(33, 'a')}, environment({{"HOME", "/h"}}), 7));
}

TEST(ProfilePaths, RefuseRelativePlacesAndASocketPathThatIsTooLong) {
    EXPECT_FALSE(profile_paths({.home = "here"}, environment({}), 7));
    EXPECT_FALSE(profile_paths({}, environment({}), 7));
    const std::string deep = "/" + std::string(93, 'd');
    EXPECT_TRUE(profile_paths({.home = deep.substr(0, 90)}, environment({}), 7));
    const auto paths = profile_paths({.home = deep + "/xx"}, environment({}), 7);
    ASSERT_FALSE(paths);
    EXPECT_NE(paths.error().context.find("107 fit"), std::string::npos);
}

}  // namespace
}  // namespace kith
