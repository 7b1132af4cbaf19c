// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/run_program.h"

#include <gtest/gtest.h>

namespace kith::cli {
namespace {

Ended run(std::vector<std::string> words, std::string input = {}) {
    Program program;
    program.words = std::move(words);
    program.input = std::move(input);
    program.capture_output = true;
    program.capture_errors = true;
    const auto ended = run_program(program);
    EXPECT_TRUE(ended.has_value());
    return *ended;
}

TEST(RunProgram, CarriesInputAndOutput) {
    const Ended ended = run({"cat"}, "hello");
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.output, "hello");
}

TEST(RunProgram, CarriesMoreThanAPipeHolds) {
    const std::string much(1 << 20, 'x');
    EXPECT_EQ(run({"cat"}, much).output, much);
}

TEST(RunProgram, KeepsErrorsApart) {
    const Ended ended = run({"sh", "-c", "echo out; echo err >&2; exit 7"});
    EXPECT_EQ(ended.status, 7);
    EXPECT_EQ(ended.output, "out\n");
    EXPECT_EQ(ended.errors, "err\n");
}

TEST(RunProgram, SurvivesAProgramThatDoesNotRead) {
    EXPECT_EQ(run({"true"}, std::string(1 << 20, 'x')).status, 0);
}

TEST(RunProgram, SaysHowItEnded) {
    EXPECT_EQ(run({"/nonexistent"}).status, 127);
    EXPECT_EQ(run({"sh", "-c", "kill -9 $$"}).status, 137);
}

TEST(RunProgram, UsesNoShell) {
    EXPECT_EQ(run({"echo", "$(reboot)", "; exit 1"}).output, "$(reboot) ; exit 1\n");
}

TEST(SplitWords, SeparatesAtBlanks) {
    EXPECT_EQ(split_words(" ./bot.sh  --quiet x "),
              (std::vector<std::string>{"./bot.sh", "--quiet", "x"}));
    EXPECT_TRUE(split_words("  ").empty());
    EXPECT_TRUE(split_words("").empty());
}

}  // namespace
}  // namespace kith::cli
