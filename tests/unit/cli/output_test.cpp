// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

namespace kith::cli {
namespace {

std::array<int, 2> new_pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK), 0);
    return ends;
}

class OutputTest : public testing::Test {
  protected:
    ~OutputTest() override {
        for (const int end : pipe_)
            ::close(end);
    }

    std::string written() {
        output.flush();
        return piece();
    }

    // What lies in the pipe now, at most 4,096 bytes.
    std::string piece() {
        std::array<char, 4096> bytes{};
        const auto size = ::read(pipe_[0], bytes.data(), bytes.size());
        return std::string(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    }

  private:
    std::array<int, 2> pipe_ = new_pipe();

  protected:
    Output output{pipe_[1], pipe_[1]};
};

TEST_F(OutputTest, WhatCouldNotBeWrittenIsAFailure) {
    const int full = ::open("/dev/full", O_WRONLY);
    ASSERT_GE(full, 0);
    Output lost(full, full);
    EXPECT_TRUE(lost.written());
    lost.line("hello");
    const auto once = lost.written();
    ASSERT_FALSE(once);
    EXPECT_TRUE(once.error().is(api::Problem::NoSpace));
    EXPECT_EQ(once.error().message, "the output could not be written: No space left on device");
    // What comes later does not make the rest whole.
    EXPECT_FALSE(lost.written());
    ::close(full);
}

TEST_F(OutputTest, APipeThatIsFullForNowIsWaitedFor) {
    const std::string text(100'000, 'x');  // more than a pipe holds
    std::string got;
    std::atomic<bool> over = false;
    std::thread reader([this, &got, &over] {
        for (bool last = false; !last;) {
            last = over;
            for (std::string some = piece(); !some.empty(); some = piece())
                got += some;
        }
    });
    output.drawing(text);
    EXPECT_TRUE(output.written());
    over = true;
    reader.join();
    EXPECT_EQ(got, text);
}

// What others wrote goes through here, whatever the command.
const std::string hostile = "a\x1b]0;title\x07 \xe2\x80\xae b";

TEST_F(OutputTest, NothingThatMovesTheCursorOrTurnsTextReachesTheTerminal) {
    output.line(hostile);
    const std::string line = written();
    EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
    EXPECT_EQ(line.find('\x07'), std::string::npos);
    EXPECT_EQ(line.find("\xe2\x80\xae"), std::string::npos);
    output.note(hostile);
    EXPECT_EQ(written().find('\x1b'), std::string::npos);
    api::Notice notice;
    notice.message = hostile;
    notice.hint = hostile;
    output.warning(notice);
    EXPECT_EQ(written().find('\x1b'), std::string::npos);
}

TEST_F(OutputTest, ALineIsALine) {
    output.line("one");
    output.line("two");
    EXPECT_EQ(written(), "one\ntwo\n");
}

TEST_F(OutputTest, WithJsonPeopleAreToldNothing) {
    Output::Style style;
    style.json = true;
    output.set_style(style);
    output.line("data");
    output.json_line("{}");
    EXPECT_EQ(written(), "{}\n");
}

}  // namespace
}  // namespace kith::cli
