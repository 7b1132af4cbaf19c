// SPDX-License-Identifier: GPL-3.0-or-later
// The control API before there is a node: what is answered, what is held back, what is refused.
#include "daemon/api_service.h"

#include "core/base/system_clock.h"
#include "daemon/descriptor.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/daemon/scratch_directory.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace kith::daemon {
namespace {

class ApiServiceTest : public ::testing::Test {
  protected:
    ApiServiceTest() {
        EXPECT_TRUE(config.load());
        int ends[2] = {-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        ApiSocket socket(io);
        socket.assign(asio::local::stream_protocol(), ends[0]);
        client = Descriptor(ends[1]);
        connection = std::make_unique<ApiConnection>(std::move(socket), service, clock);
        scope.spawn(connection->run());
        scope.spawn(start());
    }

    ~ApiServiceTest() override {
        client.close();
        settle();
        connection->close();
        settle();
    }

    ProfilePaths places() const {
        ProfilePaths paths;
        paths.profile = "default";
        paths.data = directory.path();
        paths.state = directory.path() + "/state";
        paths.lock = directory.path() + "/lock";
        paths.database = directory.path() + "/db";
        paths.identity_key = directory.path() + "/identity.key";
        paths.unlock_key = directory.path() + "/unlock.key";
        return paths;
    }

    Task<Profile::Opened> open(crypto::MasterKey) {
        ++opened;
        directory.put("erase.key", "of the store");
        while (held)
            co_await release.wait_pulse();
        co_return api::failure(api::Problem::PortInUse, "port 4222 is taken");
    }

    Task<> start() {
        const auto started = co_await profile.start();
        EXPECT_TRUE(started);
    }

    void settle() {
        io.restart();
        while (io.poll() > 0) {
        }
    }

    /// The answer to one call; "" when there is none yet.
    std::string call(std::string_view method, std::string_view parameters = "{}") {
        const std::string line =
            fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})"
                        "\n",
                        method,
                        parameters);
        EXPECT_GT(::send(client.get(), line.data(), line.size(), MSG_NOSIGNAL), 0);
        return read();
    }

    std::string read() {
        settle();
        std::string text(65536, '\0');
        const ssize_t count = ::recv(client.get(), text.data(), text.size(), MSG_DONTWAIT);
        text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return text;
    }

    ScratchDirectory directory;
    asio::io_context io;
    SystemClock clock{io.get_executor()};
    AsyncScope scope{io.get_executor()};
    AsyncEvent release{io.get_executor()};
    Worker worker{io.get_executor()};
    test::SeededRandom random{1};
    bool held = false;
    int opened = 0;
    int stopped = 0;
    Descriptor client;
    std::unique_ptr<ApiConnection> connection;
    ConfigStore config{directory.path() + "/config.toml", {}, ""};
    Profile profile{places(),
                    Unlock(
                        places(),
                        [](std::string_view) { return std::optional<std::string>(); },
                        worker,
                        random),
                    clock,
                    Profile::Hooks{[this](crypto::MasterKey key) { return open(std::move(key)); },
                                   [] { return api::Outcome<>(); },
                                   [this] { asio::post(io, [this] { connection->resume(); }); },
                                   [this] { return service.let_go(); }}};
    ApiService service{io.get_executor(), {clock, profile, config, "1.2.3", [this] { ++stopped; }}};
};

std::string code_in(const std::string& answer) {
    const auto document = api::Document::parse(answer.substr(0, answer.find('\n')));
    if (!document) return "no JSON: " + answer;
    return std::string(document->root()["error"]["data"]["code"].text().value_or("none"));
}

TEST_F(ApiServiceTest, EveryMethodOfTheTableHasAHandlerAndNoOther) {
    for (const api::Method& method : api::methods()) {
        EXPECT_NE(service.methods().find(method.name), nullptr) << method.name;
    }
    EXPECT_EQ(service.methods().size(), api::methods().size());
}

TEST_F(ApiServiceTest, HelloSaysWhoAndInWhichState) {
    const std::string answer = call("hello", R"({"client":"test","api":[1]})");
    EXPECT_NE(answer.find("\"version\":\"1.2.3\""), std::string::npos) << answer;
    EXPECT_NE(answer.find("\"state\":\"not-set-up\""), std::string::npos);
    EXPECT_EQ(code_in(call("hello", R"({"client":"test","api":[2]})")), "version-clash");
}

TEST_F(ApiServiceTest, WhatNeedsAnIdentitySaysThatThereIsNone) {
    for (const char* method :
         {"identity.show", "contact.list", "message.unread", "net.status", "events.consumers"}) {
        EXPECT_EQ(code_in(call(method)), "not-set-up") << method;
    }
    EXPECT_EQ(code_in(call("message.send", R"({"to":"bob","text":"hi"})")), "not-set-up");
    EXPECT_EQ(code_in(call("events.subscribe")), "not-set-up");
    EXPECT_EQ(code_in(call("profile.unlock", R"({"passphrase":"x"})")), "not-set-up");
}

TEST_F(ApiServiceTest, StatusSettingsAndLimitsWorkWithoutAnIdentity) {
    EXPECT_NE(call("status.show").find("\"type\":\"daemon\""), std::string::npos);
    EXPECT_NE(call("daemon.limits").find("\"links.pre_auth\""), std::string::npos);
    EXPECT_NE(call("config.set", R"({"key":"ui.ascii","value":"on"})").find("\"true\""),
              std::string::npos);
    EXPECT_EQ(directory.get("config.toml"), "[ui]\nascii = true\n");
    EXPECT_EQ(code_in(call("config.set", R"({"key":"ui.asci","value":"on"})")), "bad-config");
}

TEST_F(ApiServiceTest, UnknownMethodsAndWrongParametersKeepTheStandardNumbers) {
    EXPECT_NE(call("message.sned").find("-32601"), std::string::npos);
    EXPECT_NE(call("message.send", R"({"to":"bob"})").find("-32602"), std::string::npos);
    EXPECT_NE(call("message.send", R"({"to":"bob","text":"x","more":1})").find("-32602"),
              std::string::npos);
    EXPECT_NE(call("message.send", R"({"to":7,"text":"x"})").find("-32602"), std::string::npos);
    EXPECT_NE(call("contact.list", "[]").find("-32602"), std::string::npos);
}

TEST_F(ApiServiceTest, StoppingIsAnsweredFirst) {
    EXPECT_NE(call("daemon.stop").find("\"result\""), std::string::npos);
    EXPECT_EQ(stopped, 1);
}

TEST_F(ApiServiceTest, ACreationThatFailsLeavesNothingBehind) {
    directory.put("lock", "of the daemon");
    const std::string answer = call("identity.create", R"({"name":"Ann","network":"new"})");
    EXPECT_EQ(code_in(answer), "port-in-use");
    EXPECT_EQ(opened, 1);
    EXPECT_FALSE(std::filesystem::exists(places().identity_key));
    EXPECT_FALSE(std::filesystem::exists(places().unlock_key));
    EXPECT_FALSE(std::filesystem::exists(directory.path() + "/erase.key"));
    EXPECT_EQ(directory.get("lock"), "of the daemon");
    EXPECT_EQ(code_in(call("identity.show")), "not-set-up");
}

TEST_F(ApiServiceTest, ADatabaseWithoutItsKeyFileIsNotOverwritten) {
    std::filesystem::create_directory(places().database);
    directory.put("db/CURRENT", "precious");
    EXPECT_EQ(code_in(call("identity.create", R"({"name":"Ann","network":"new"})")), "exists");
    EXPECT_EQ(directory.get("db/CURRENT"), "precious");
}

TEST_F(ApiServiceTest, CallsWaitWhileTheProfileIsBeingOpenedAndQuestionsAboutTheDaemonDoNot) {
    held = true;
    EXPECT_EQ(call("identity.create", R"({"name":"Ann","network":"new"})"), "");
    EXPECT_NE(call("daemon.status").find("\"starting\""), std::string::npos);
    EXPECT_EQ(call("contact.list"), "");
    EXPECT_EQ(call("daemon.status"), "");  // behind a call that waits
    held = false;
    release.pulse();
    const std::string answers = read();
    EXPECT_NE(answers.find("port-in-use"), std::string::npos);
    EXPECT_NE(answers.find("not-set-up"), std::string::npos);
    EXPECT_NE(answers.find("\"running\""), std::string::npos);
}

}  // namespace
}  // namespace kith::daemon
