// SPDX-License-Identifier: GPL-3.0-or-later
// private_file, lockfile and config_store: what the daemon does to files.
#include "daemon/config_store.h"
#include "daemon/lockfile.h"
#include "daemon/private_file.h"
#include "tests/unit/daemon/scratch_directory.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace kith::daemon {
namespace {

mode_t mode_of(const std::string& path) {
    struct stat info {};

    EXPECT_EQ(::lstat(path.c_str(), &info), 0) << path;
    return info.st_mode & 07777;
}

class Files : public ::testing::Test {
  protected:
    std::string at(const std::string& name) const { return directory.path() + "/" + name; }

    ScratchDirectory directory;
};

using PrivateFile = Files;
using LockfileTest = Files;
using ConfigStoreTest = Files;

TEST_F(PrivateFile, DirectoriesAreMadeForTheirOwnerOnly) {
    const mode_t before = ::umask(0);
    ASSERT_TRUE(make_private_directory(at("a/b")));
    ::umask(before);
    EXPECT_EQ(mode_of(at("a/b")), 0700U);
}

TEST_F(PrivateFile, AnOpenDirectoryIsClosed) {
    std::filesystem::create_directory(at("open"));
    ::chmod(at("open").c_str(), 0755);
    ASSERT_TRUE(make_private_directory(at("open")));
    EXPECT_EQ(mode_of(at("open")), 0700U);
}

TEST_F(PrivateFile, ADirectoryBehindASymbolicLinkIsRefused) {
    std::filesystem::create_directory(at("real"));
    std::filesystem::create_directory_symlink(at("real"), at("link"));
    const auto made = make_private_directory(at("link"));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Code::Refused);
}

TEST_F(PrivateFile, FilesAreReplacedWholeAndForTheirOwnerOnly) {
    const mode_t before = ::umask(0);
    ASSERT_TRUE(replace_private_file(at("f"), as_bytes("one")));
    ASSERT_TRUE(replace_private_file(at("f"), as_bytes("two")));
    ::umask(before);
    EXPECT_EQ(directory.get("f"), "two");
    EXPECT_EQ(mode_of(at("f")), 0600U);
    EXPECT_FALSE(std::filesystem::exists(at("f.new")));
}

TEST_F(PrivateFile, AWaitingLinkBesideTheFileIsNotFollowed) {
    directory.put("victim", "precious");
    std::filesystem::create_symlink(at("victim"), at("f.new"));
    ASSERT_TRUE(replace_private_file(at("f"), as_bytes("new")));
    EXPECT_EQ(directory.get("victim"), "precious");
}

TEST_F(PrivateFile, ReadingTellsAbsenceFromRefusal) {
    EXPECT_EQ(read_private_file(at("none"), 10, Privacy::Secret).value(), std::nullopt);
    directory.put("f", "0123456789");
    ::chmod(at("f").c_str(), 0644);
    EXPECT_EQ(read_private_file(at("f"), 10, Privacy::Secret).error().code, Code::Refused);
    EXPECT_TRUE(read_private_file(at("f"), 10, Privacy::Settings)->has_value());
    EXPECT_EQ(read_private_file(at("f"), 9, Privacy::Settings).error().code, Code::TooLarge);
    std::filesystem::create_symlink(at("f"), at("link"));
    EXPECT_EQ(read_private_file(at("link"), 10, Privacy::Settings).error().code, Code::Refused);
    EXPECT_EQ(read_private_file(directory.path(), 10, Privacy::Settings).error().code,
              Code::Refused);
}

TEST_F(LockfileTest, ASecondDaemonIsRefusedAndToldWhoHasIt) {
    const auto first = Lockfile::take(at("lock"), "default");
    ASSERT_TRUE(first);
    const auto second = Lockfile::take(at("lock"), "default");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().exit, 9);
    EXPECT_EQ(second.error().message,
              fmt::format("profile \"default\" is in use by kithd, pid {}", ::getpid()));
    EXPECT_EQ(second.error().hint, "kith -p second init");
}

TEST_F(LockfileTest, TheLockGoesWithItsHolderAndAStaleFileDoesNotCount) {
    directory.put("lock", "99999\n");
    ASSERT_TRUE(Lockfile::take(at("lock"), "default"));
    EXPECT_TRUE(Lockfile::take(at("lock"), "default"));
}

TEST_F(LockfileTest, WhateverStandsInTheFileOnlyANumberIsShown) {
    const auto first = Lockfile::take(at("lock"), "default");
    directory.put("lock", "\x1b[31m1");
    const auto second = Lockfile::take(at("lock"), "default");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message, "profile \"default\" is in use by kithd");
}

TEST_F(ConfigStoreTest, SettingWritesTheFileAndKeepsWhatIsInIt) {
    directory.put("config.toml", "# mine\n[ui]\ntime = \"12h\"\n");
    ConfigStore config(at("config.toml"), {}, "");
    ASSERT_TRUE(config.load());
    const auto entry = config.set("ui.ascii", "on");
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->value, "true");
    EXPECT_EQ(entry->origin, "file");
    EXPECT_EQ(directory.get("config.toml"), "# mine\n[ui]\nascii = true\ntime = \"12h\"\n");
    ASSERT_TRUE(config.unset("ui.ascii"));
    EXPECT_EQ(directory.get("config.toml"), "# mine\n[ui]\ntime = \"12h\"\n");
}

TEST_F(ConfigStoreTest, ARefusedValueLeavesTheFileAlone) {
    directory.put("config.toml", "[ui]\n");
    ConfigStore config(at("config.toml"), {}, "");
    ASSERT_TRUE(config.load());
    EXPECT_FALSE(config.set("daemon.log_level", "loud"));
    EXPECT_FALSE(config.set("daemon.lisen", "x"));
    EXPECT_EQ(directory.get("config.toml"), "[ui]\n");
}

TEST_F(ConfigStoreTest, ValuesComeFromTheStrongestLayer) {
    directory.put("system.toml", "[daemon]\nlog_level = \"error\"\n[ui]\nascii = true\n");
    directory.put("config.toml", "[daemon]\nlog_level = \"warn\"\n");
    const ConfigKey* level = find_config_key("daemon.log_level");
    ConfigOverrides overrides;
    overrides.environment = {{level, std::string("debug")}};
    ConfigStore with(at("config.toml"), overrides, at("system.toml"));
    ASSERT_TRUE(with.load());
    EXPECT_EQ(with.get("daemon.log_level")->value, "debug");
    EXPECT_EQ(with.get("daemon.log_level")->origin, "environment");
    EXPECT_EQ(with.get("ui.ascii")->origin, "system");
    EXPECT_EQ(with.get("ui.time")->origin, "default");
    ConfigStore without(at("config.toml"), {}, at("system.toml"));
    ASSERT_TRUE(without.load());
    EXPECT_EQ(without.get("daemon.log_level")->value, "warn");
}

TEST_F(ConfigStoreTest, WhatNeedsARestartIsPendingWhatDoesNotTakesEffect) {
    ConfigStore config(at("config.toml"), {}, "");
    ASSERT_TRUE(config.load());
    config.now_running();
    std::string level;
    config.on_change([&level](const Config& values) { level = values.log_level; });
    const auto listen = config.set("daemon.listen", "0.0.0.0:0");
    ASSERT_TRUE(listen);
    EXPECT_EQ(listen->value, "0.0.0.0:4222, [::]:4222");
    EXPECT_EQ(listen->pending, "0.0.0.0:0");
    EXPECT_EQ(config.set("daemon.log_level", "trace")->pending, std::nullopt);
    EXPECT_EQ(level, "trace");
}

TEST_F(ConfigStoreTest, AMistakeNamesTheFileWithoutItsDirectory) {
    directory.put("work.toml", "[daemon]\nlisen = []\n");
    ConfigStore config(at("work.toml"), {}, "");
    const auto loaded = config.load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().message,
              "work.toml line 2, column 1: unknown key \"lisen\" in [daemon]");
}

}  // namespace
}  // namespace kith::daemon
