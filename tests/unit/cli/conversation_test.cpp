// SPDX-License-Identifier: GPL-3.0-or-later
// The real program in longer conversations with a daemon: what it asks for, and in which order.
#include "core/base/limits.h"
#include "tests/unit/api/samples.h"
#include "tests/unit/cli/fake_daemon.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

namespace kith::cli {
namespace {

using api::Problem;
using test::FakeDaemon;
using test::run_kith;

TEST(Send, PrintsTheIdAndAsksForWhatWasTyped) {
    FakeDaemon daemon;
    test::furnish(daemon, "Bob");
    const Ended ended = run_kith(daemon.socket(), {"send", "bob", "hello", "world"});
    EXPECT_EQ(ended.output, test::full_message().id + "\n");
    EXPECT_EQ(ended.errors, "");
    EXPECT_EQ(daemon.parameters("message.send"), R"({"to":"bob","text":"hello world"})");
    EXPECT_EQ(daemon.calls(), std::vector<std::string>{"message.send"});
}

TEST(Send, TakesTextFromTheStandardInput) {
    FakeDaemon daemon;
    test::furnish(daemon, "Bob");
    EXPECT_EQ(run_kith(daemon.socket(), {"send", "bob", "-"}, "two\nlines\n").status, 0);
    EXPECT_EQ(daemon.parameters("message.send"), R"({"to":"bob","text":"two\nlines"})");
    EXPECT_EQ(run_kith(daemon.socket(), {"send", "bob"}, "piped").status, 0);
    EXPECT_EQ(daemon.parameters("message.send"), R"({"to":"bob","text":"piped"})");
    const Ended much =
        run_kith(daemon.socket(), {"send", "bob", "-"}, std::string(2 * limits::text, 'a'));
    EXPECT_EQ(much.status, 2);
    EXPECT_TRUE(much.errors.starts_with("error: the text has more bytes; the limit is 60000"));
}

TEST(Send, SaysHowFarItHasNotComeYet) {
    FakeDaemon daemon;
    test::furnish(daemon, "Bob");
    daemon.fail("message.wait", api::Failure(Problem::Timeout));
    const Ended ended =
        run_kith(daemon.socket(), {"send", "bob", "hi", "--wait", "read", "--timeout", "1"});
    EXPECT_EQ(ended.status, 7);
    EXPECT_EQ(ended.output, test::full_message().id + "\n");
    EXPECT_TRUE(ended.errors.starts_with("not read yet: Bob")) << ended.errors;
    EXPECT_TRUE(ended.errors.ends_with("see: kith msg show " + test::full_message().id + "\n"));
    EXPECT_NE(daemon.parameters("message.wait").find(R"("state":"read","timeout_ms":1000)"),
              std::string::npos);
}

TEST(History, AsksForPagesUntilThereAreEnough) {
    FakeDaemon daemon;
    int page = 0;
    daemon.on("message.history", [&page](const api::Request& request) {
        std::vector<api::Message> messages;
        for (int i = 0; page < 3 && i < 2; ++i) {
            messages.push_back(test::full_message());
            messages.back().id = std::to_string(100 - 2 * page + i);
        }
        ++page;
        std::string line;
        api::append_answer(line, request.id, messages);
        return line;
    });
    const Ended ended = run_kith(daemon.socket(), {"history", "bob", "--limit", "100", "--json"});
    EXPECT_EQ(ended.status, 0);
    std::vector<std::string> ids;
    api::LineSplitter lines;
    lines.append(ended.output);
    while (const auto line = lines.next())
        ids.emplace_back(*api::Document::parse(*line)->root()["id"].text());
    EXPECT_EQ(ids, (std::vector<std::string>{"96", "97", "98", "99", "100", "101"}));
    EXPECT_NE(daemon.parameters("message.history").find(R"("before":"96")"), std::string::npos);
}

std::string two_events(const api::Request& request) {
    std::string lines;
    api::append_answer(lines, request.id, api::Subscription{1, "e1.0", 0});
    api::append_event(lines, 1, "e1.1", api::to_json(test::full_message()));
    api::append_event(lines, 1, "e1.2", R"({"v":1,"type":"moon","phase":"new"})");
    return lines;
}

TEST(Listen, WritesEventsAsTheyCame) {
    FakeDaemon daemon;
    daemon.on("events.subscribe", two_events);
    daemon.on("events.ack", [](const api::Request&) { return std::string("close"); });
    // The cursor on the standard input is the acknowledgement; then the daemon goes away.
    const Ended ended =
        run_kith(daemon.socket(), {"listen", "--as", "bot", "--ack"}, "e1.1\ne1.2\n");
    EXPECT_EQ(ended.status, 3);
    EXPECT_EQ(daemon.parameters("events.ack"), R"({"as":"bot","cursor":"e1.2"})");
    EXPECT_EQ(daemon.parameters("events.subscribe"), R"({"as":"bot"})");
}

TEST(Listen, RunsAProgramForEachEventAndAcknowledgesItsSuccess) {
    FakeDaemon daemon;
    daemon.on("events.subscribe", two_events);
    std::atomic<int> acks = 0;
    daemon.on("events.ack", [&acks](const api::Request& request) {
        std::string line;
        api::append_answer(line, request.id, api::Nothing{});
        return ++acks == 2 ? std::string("close") : line;
    });
    daemon.answer<api::MessageRead>({});
    const Ended ended =
        run_kith(daemon.socket(), {"listen", "--as", "bot", "--ack", "--exec", "cat"});
    EXPECT_EQ(ended.status, 3);
    EXPECT_EQ(ended.output,
              api::to_json(test::full_message()) + "\n" + R"({"v":1,"type":"moon","phase":"new"})" +
                  "\n");
    EXPECT_EQ(acks.load(), 2);
    EXPECT_EQ(daemon.parameters("message.read"),
              R"({"chat":"u:7q2m","up_to":"01J9ABCDEFGHJKMNPQRSTVWXYZ"})")
        << "who acknowledges a message has read it";
}

TEST(Unlock, UsesThePassphraseFile) {
    FakeDaemon daemon;
    test::furnish(daemon, "Bob");
    bool open = false;
    daemon.on("net.status", [&open](const api::Request& request) {
        std::string line;
        if (open) {
            api::append_answer(line, request.id, test::full_network());
        } else {
            api::append_failure(line, request.id, api::Failure(Problem::Locked));
        }
        return line;
    });
    daemon.on("profile.unlock", [&open](const api::Request& request) {
        open = true;
        std::string line;
        api::append_answer(line, request.id, api::Nothing{});
        return line;
    });
    EXPECT_EQ(run_kith(daemon.socket(), {"net"}).status, 4);
    const test::TemporaryDirectory directory;
    const std::string file = directory.path() + "/passphrase";
    std::ofstream(file) << "swordfish\n";
    EXPECT_EQ(run_kith(daemon.socket(), {"net"}, "", {"KITH_PASSPHRASE_FILE=" + file}).status, 0);
    EXPECT_EQ(daemon.parameters("profile.unlock"), R"({"passphrase":"swordfish"})");
}

TEST(Chat, SendsLinesAndShowsWhatComes) {
    FakeDaemon daemon;
    test::furnish(daemon, "Bob");
    daemon.on("events.subscribe", [](const api::Request& request) {
        std::string lines;
        api::append_answer(lines, request.id, api::Subscription{1, "e1.0", 0});
        return lines;
    });
    const Ended ended = run_kith(
        daemon.socket(), {"chat", "bob"}, "hello\n//slash\n/who\n/nonsense\n/quit\nnot sent\n");
    EXPECT_EQ(ended.status, 0) << ended.errors;
    EXPECT_EQ(daemon.parameters("message.send"), R"({"to":"u:7q2m","text":"/slash"})");
    EXPECT_NE(ended.output.find("chat with Bob⟨7q2m⟩ (not verified)"), std::string::npos);
    EXPECT_NE(ended.output.find("kith1qg7q2m"), std::string::npos);
    EXPECT_NE(ended.output.find("there is no /nonsense"), std::string::npos);
}

TEST(Help, KnowsEveryCommandAndTopic) {
    for (const std::string topic : {"",
                                    "exit-codes",
                                    "environment",
                                    "json",
                                    "invites",
                                    "strangers",
                                    "security",
                                    "files",
                                    "api",
                                    "send",
                                    "contacts",
                                    "net bootstrap add"}) {
        std::vector<std::string> words{"help"};
        for (const std::string& word : split_words(topic))
            words.push_back(word);
        const Ended ended = run_kith("/nonexistent/socket", words);
        EXPECT_EQ(ended.status, 0) << topic;
        EXPECT_FALSE(ended.output.empty()) << topic;
    }
    EXPECT_EQ(run_kith("/nonexistent/socket", {"help", "sned"}).errors,
              "error: there is no help on \"sned\"\n  did you mean \"send\"?\ntry: kith help\n");
}

}  // namespace
}  // namespace kith::cli
