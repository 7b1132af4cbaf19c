// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/prompt.h"

#include "cli/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>

#include <array>
#include <thread>

namespace kith::cli {
namespace {

// A terminal whose keyboard and screen the test holds.
class Terminal : public ::testing::Test {
  protected:
    void SetUp() override {
        int keyboard = -1;
        int terminal = -1;
        ASSERT_EQ(::openpty(&keyboard, &terminal, nullptr, nullptr, nullptr), 0);
        keyboard_ = Descriptor(keyboard);
        terminal_ = Descriptor(terminal);
        ::fcntl(keyboard, F_SETFL, O_NONBLOCK);
    }

    void type(std::string_view keys) {
        ASSERT_EQ(::write(keyboard_.get(), keys.data(), keys.size()),
                  static_cast<ssize_t>(keys.size()));
    }

    // What is shown until `wanted` is; terminals pass bytes on in their own time.
    std::string screen_until(std::string_view wanted) {
        constexpr int patience_ms = 5000;
        std::array<char, 4096> buffer;
        pollfd ready{keyboard_.get(), POLLIN, 0};
        while (shown_.find(wanted) == std::string::npos && ::poll(&ready, 1, patience_ms) > 0) {
            const auto count = ::read(keyboard_.get(), buffer.data(), buffer.size());
            if (count > 0) shown_.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return shown_;
    }

    bool echoes() const {
        termios state{};
        ::tcgetattr(terminal_.get(), &state);
        return (state.c_lflag & ECHO) != 0 && (state.c_lflag & ISIG) != 0;
    }

    Descriptor keyboard_;
    Descriptor terminal_;
    std::string shown_;
};

TEST_F(Terminal, AnswersAQuestion) {
    const Prompt prompt(terminal_.get(), terminal_.get());
    type("Alice\n");
    EXPECT_EQ(*prompt.ask("your name:", "--name"), "Alice");
    EXPECT_NE(screen_until("your name: ").find("your name: "), std::string::npos);
}

TEST_F(Terminal, TakesOnlyYesForYes) {
    const Prompt prompt(terminal_.get(), terminal_.get());
    for (const auto& [keys, yes] : {std::pair{"y\n", true},
                                    {"yes\n", true},
                                    {"\n", false},
                                    {"n\n", false},
                                    {"yup\n", false}}) {
        type(keys);
        EXPECT_EQ(*prompt.confirm("sure?"), yes) << keys;
    }
}

TEST_F(Terminal, DoesNotShowASecretAndPutsTheEchoBack) {
    const Prompt prompt(terminal_.get(), terminal_.get());
    // Typed before the question: what is on the screen by then does not count.
    std::thread typist([this] {
        screen_until("passphrase:");
        type("swordfish\n");
    });
    EXPECT_EQ(*prompt.secret("passphrase:", "FILE"), "swordfish");
    typist.join();
    // The line end that follows the question closes what was shown.
    EXPECT_EQ(screen_until("\n").find("swordfish"), std::string::npos);
    EXPECT_TRUE(echoes());
}

TEST_F(Terminal, PutsTheEchoBackWhenInterrupted) {
    const Prompt prompt(terminal_.get(), terminal_.get());
    std::thread typist([this] {
        screen_until("passphrase:");
        type("sword\x03\n");
    });
    const auto secret = prompt.secret("passphrase:", "FILE");
    typist.join();
    EXPECT_TRUE(echoes());
    EXPECT_FALSE(secret.has_value());
}

TEST_F(Terminal, AsksNothingWhenForbidden) {
    Prompt prompt(terminal_.get(), terminal_.get());
    prompt.forbid();
    const auto answer = prompt.ask("your name:", "--name NAME");
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, "input-needed");
    EXPECT_EQ(answer.error().exit, 2);
    EXPECT_EQ(answer.error().hint, "--name NAME");
    EXPECT_EQ(shown_, "");
}

TEST(Prompt, AsksNothingWithoutATerminal) {
    const Descriptor nowhere(::open("/dev/null", O_RDWR));
    Prompt prompt(nowhere.get(), nowhere.get());
    EXPECT_FALSE(prompt.possible());
    EXPECT_EQ(prompt.confirm("sure?").error().hint, "--yes");
    prompt.say_yes();
    EXPECT_TRUE(*prompt.confirm("sure?"));
}

}  // namespace
}  // namespace kith::cli
