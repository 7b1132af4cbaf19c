// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/start_daemon.h"

#include "cli/process.h"
#include "core/api/failure_object.h"
#include "tests/unit/cli/fake_daemon.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>

namespace kith::cli {
namespace {

using api::Problem;

// A kithd that is a shell script: fd 3 is the pipe of the starter.
class StartDaemon : public ::testing::Test {
  protected:
    std::string script(const std::string& body) {
        std::string path = directory_.path() + "/kithd";
        std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
        ::chmod(path.c_str(), 0700);
        return path;
    }

    api::Outcome<Started> start(const std::string& body) {
        return start_daemon({script(body), {"--profile", "p"}, {"KITH_HOME=" + directory_.path()}});
    }

    std::string content(const std::string& name) {
        std::ifstream file(directory_.path() + "/" + name);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    test::TemporaryDirectory directory_;
};

TEST_F(StartDaemon, GivesThePidOfOneThatIsReady) {
    const auto started = start("echo ready >&3; exec cat");
    ASSERT_TRUE(started.has_value());
    EXPECT_FALSE(started->raced);
    EXPECT_EQ(::kill(started->pid, 0), 0);
    ::kill(started->pid, SIGKILL);
    ::waitpid(started->pid, nullptr, 0);
}

TEST_F(StartDaemon, HandsOverArgumentsAndEnvironmentAndNoTerminal) {
    const auto started = start(
        "echo \"$@\" > $KITH_HOME/words\n"
        "echo $(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2) > $KITH_HOME/descriptors\n"
        "cut -d' ' -f1,6 /proc/$$/stat > $KITH_HOME/session\n"
        "echo ready >&3");
    ASSERT_TRUE(started.has_value());
    ::waitpid(started->pid, nullptr, 0);
    EXPECT_EQ(content("words"), "--profile p --ready-fd 3\n");
    EXPECT_EQ(content("descriptors"), "/dev/null /dev/null /dev/null\n");
    const std::string pid = std::to_string(started->pid);
    EXPECT_EQ(content("session"), pid + " " + pid + "\n");
}

TEST_F(StartDaemon, SaysWhyItCannotStart) {
    api::Failure port(Problem::PortInUse,
                      "port 4222 is used by process 311 (dhtnode)",
                      "kith config set daemon.listen 0.0.0.0:0");
    const auto started = start("echo '" + api::to_json(port) + "' >&3; exit 9");
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().code, "no-daemon");
    EXPECT_EQ(started.error().exit, 3);
    EXPECT_EQ(started.error().message, "the daemon is not running and could not be started");
    EXPECT_EQ(started.error().facts,
              std::vector<std::string>{"kithd: port 4222 is used by process 311 (dhtnode)"});
    EXPECT_EQ(started.error().hint, "kith config set daemon.listen 0.0.0.0:0");
}

TEST_F(StartDaemon, PassesOnWhatTheUserMustRepair) {
    for (const Problem problem : {Problem::NewerData, Problem::BadConfig}) {
        const api::Failure reason(problem, "config.toml line 7: unknown key", "kith config edit");
        const auto started = start("echo '" + api::to_json(reason) + "' >&3; exit 2");
        ASSERT_FALSE(started.has_value());
        EXPECT_EQ(started.error(), reason);
    }
}

TEST_F(StartDaemon, LosesARaceWithoutHarm) {
    const api::Failure locked(Problem::ProfileLocked, "profile is in use by kithd, pid 8121");
    const auto started = start("echo '" + api::to_json(locked) + "' >&3; exit 9");
    ASSERT_TRUE(started.has_value());
    EXPECT_TRUE(started->raced);
}

TEST_F(StartDaemon, NoticesOneThatEndsWithoutAWord) {
    const auto started = start("exit 1");
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().facts, std::vector<std::string>{"kithd ended without a word"});
}

TEST_F(StartDaemon, NoticesOneThatCannotBeRun) {
    const auto started = start_daemon({"/nonexistent/kithd"});
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().facts,
              std::vector<std::string>{"\"/nonexistent/kithd\" cannot be run"});
    EXPECT_EQ(started.error().hint, "install kithd beside kith");
}

TEST_F(StartDaemon, GivesUpOnOneThatIsNeverReady) {
    DaemonStart wanted{
        script("echo $$ > $KITH_HOME/pid; mkfifo $KITH_HOME/never; exec 4< $KITH_HOME/never")};
    wanted.environment = {"KITH_HOME=" + directory_.path()};
    wanted.timeout = milliseconds(200);
    wanted.ends_with_us = true;
    const auto started = start_daemon(wanted);
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().facts, std::vector<std::string>{"kithd is not ready yet"});
    const int pid = std::atoi(content("pid").c_str());
    if (pid > 0) ::kill(pid, SIGKILL);
}

TEST(OwnDirectory, IsThatOfTheTestProgram) {
    EXPECT_TRUE(own_directory().starts_with('/'));
    EXPECT_FALSE(own_directory().ends_with('/'));
}

}  // namespace
}  // namespace kith::cli
