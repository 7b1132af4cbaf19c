// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/api_client.h"

#include "cli/unix_socket.h"
#include "tests/unit/api/samples.h"
#include "tests/unit/cli/fake_daemon.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace kith::cli {
namespace {

using test::FakeDaemon;

ApiClient connected(const FakeDaemon& daemon) {
    auto socket = connect_socket(daemon.socket());
    EXPECT_TRUE(socket.has_value());
    return ApiClient(*std::move(socket));
}

TEST(ApiClient, GetsTheAnswerToItsCall) {
    FakeDaemon daemon;
    daemon.answer<api::NetStatus>(test::full_network());
    ApiClient client = connected(daemon);
    const auto network = client.call(api::NetStatus{}, seconds(5));
    ASSERT_TRUE(network.has_value());
    EXPECT_EQ(*network, test::full_network());
    EXPECT_EQ(client.hello(seconds(5))->profile, "default");
    EXPECT_EQ(daemon.parameters("hello"),
              R"({"client":"kith )" + std::string(program_version) + R"(","api":[1]})");
}

TEST(ApiClient, GivesTheFailureOfTheDaemon) {
    FakeDaemon daemon;
    api::Failure failure(api::Problem::NoContact, "you have no contact \"bbo\"");
    failure.facts = {"a fact"};
    daemon.fail("net.ping", failure);
    ApiClient client = connected(daemon);
    const auto pinged = client.call(api::NetPing{"bbo"}, seconds(5));
    ASSERT_FALSE(pinged.has_value());
    EXPECT_EQ(pinged.error(), failure);
}

TEST(ApiClient, KeepsEventsThatComeBeforeTheAnswer) {
    FakeDaemon daemon;
    daemon.on("net.status", [](const api::Request& request) {
        std::string lines;
        api::append_event(lines, 1, "e1.1", api::to_json(test::full_message()));
        api::append_event(lines, 1, "e1.2", api::to_json(test::full_contact()));
        api::append_answer(lines, request.id, test::full_network());
        api::append_event(lines, 1, {}, api::to_json(test::full_network()));
        return lines;
    });
    ApiClient client = connected(daemon);
    ASSERT_TRUE(client.call(api::NetStatus{}, seconds(5)).has_value());
    std::vector<std::string> cursors;
    for (int i = 0; i < 3; ++i) {
        const auto streamed = client.next(seconds(5));
        ASSERT_TRUE(streamed.has_value() && streamed->has_value());
        cursors.push_back((*streamed)->item.cursor.value_or("none"));
    }
    EXPECT_EQ(cursors, (std::vector<std::string>{"e1.1", "e1.2", "none"}));
    const auto nothing = client.next(milliseconds(1));
    ASSERT_TRUE(nothing.has_value());
    EXPECT_FALSE(nothing->has_value());
}

// Whoever polls the socket would wait for the one after it.
TEST(ApiClient, KnowsOfAnEventThatCameWithTheAnswer) {
    FakeDaemon daemon;
    daemon.on("net.status", [](const api::Request& request) {
        std::string lines;
        api::append_answer(lines, request.id, test::full_network());
        api::append_event(lines, 1, "e1.1", api::to_json(test::full_message()));
        return lines;
    });
    ApiClient client = connected(daemon);
    ASSERT_TRUE(client.call(api::NetStatus{}, seconds(5)).has_value());
    EXPECT_TRUE(client.has_item());
}

TEST(ApiClient, GivesUpAtItsDeadline) {
    FakeDaemon daemon;
    daemon.on("net.status", [](const api::Request&) { return std::string(); });
    daemon.answer<api::IdentityShow>(test::full_identity());
    ApiClient client = connected(daemon);
    const auto network = client.call(api::NetStatus{}, milliseconds(20));
    ASSERT_FALSE(network.has_value());
    EXPECT_EQ(network.error().code, "timeout");
    EXPECT_EQ(network.error().exit, 7);
    EXPECT_TRUE(client.call(api::IdentityShow{}, seconds(5)).has_value());
}

TEST(ApiClient, LeavesLateAnswersAlone) {
    FakeDaemon daemon;
    std::string late;
    daemon.on("net.status", [&late](const api::Request& request) {
        api::append_answer(late, request.id, test::full_network());
        return std::string();
    });
    daemon.on("identity.show", [&late](const api::Request& request) {
        std::string lines = late;
        api::append_answer(lines, request.id, test::full_identity());
        return lines;
    });
    ApiClient client = connected(daemon);
    EXPECT_FALSE(client.call(api::NetStatus{}, milliseconds(20)).has_value());
    const auto identity = client.call(api::IdentityShow{}, seconds(5));
    ASSERT_TRUE(identity.has_value());
    EXPECT_EQ(*identity, test::full_identity());
}

TEST(ApiClient, NoticesThatTheDaemonHasEnded) {
    FakeDaemon daemon;
    daemon.on("net.status", [](const api::Request&) { return "close"; });
    ApiClient client = connected(daemon);
    const auto network = client.call(api::NetStatus{}, seconds(5));
    ASSERT_FALSE(network.has_value());
    EXPECT_EQ(network.error().code, "no-daemon");
}

TEST(ApiClient, RefusesAnOlderDaemonUnlessToldOtherwise) {
    FakeDaemon daemon;
    daemon.answer<api::HelloCall>(api::Hello{1, "0.0.9", "default", api::ProfileState::Ready, {}});
    daemon.answer<api::NetStatus>(test::full_network());
    const auto refused = connected(daemon).call(api::NetStatus{}, seconds(5));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "version-clash");
    EXPECT_EQ(refused.error().hint, "kith daemon restart");

    ApiClient tolerant = connected(daemon);
    tolerant.accept_any_version();
    EXPECT_TRUE(tolerant.call(api::NetStatus{}, seconds(5)).has_value());
}

TEST(ApiClient, CallsWhatItDoesNotUnderstandAVersionClash) {
    FakeDaemon daemon;
    daemon.on("net.status", [](const api::Request& request) {
        return R"({"jsonrpc":"2.0","id":)" + request.id + R"(,"result":{"name":5}})" + "\n";
    });
    daemon.on("identity.show", [](const api::Request&) { return std::string("what?\n"); });
    ApiClient client = connected(daemon);
    EXPECT_EQ(client.call(api::NetStatus{}, seconds(5)).error().code, "version-clash");
    EXPECT_EQ(client.call(api::IdentityShow{}, seconds(5)).error().code, "version-clash");
}

TEST(ApiClient, ComparesVersionsByNumbers) {
    EXPECT_EQ(compare_versions("0.1.0", "0.1.0"), 0);
    EXPECT_EQ(compare_versions("0.9.1", "0.10.0"), -1);
    EXPECT_EQ(compare_versions("1.0", "0.99.99"), 1);
    EXPECT_EQ(compare_versions("1.0", "1.0.0"), 0);
    EXPECT_EQ(compare_versions("1.2-rc1", "1.2"), 0);
}

TEST(UnixSocket, SaysThatNobodyListens) {
    const test::TemporaryDirectory directory;
    const auto absent = connect_socket(directory.path() + "/none");
    ASSERT_FALSE(absent.has_value());
    EXPECT_EQ(absent.error().code, "no-daemon");
    EXPECT_TRUE(absent.error().facts.empty());
}

TEST(UnixSocket, RefusesAPathThatDoesNotFit) {
    const auto wrong = connect_socket("/" + std::string(107, 'a'));
    ASSERT_FALSE(wrong.has_value());
    EXPECT_EQ(wrong.error().code, "usage");
    EXPECT_EQ(wrong.error().message, "the path of the socket has 108 bytes, at most 107 fit");
}

TEST(UnixSocket, RefusesADirectoryThatOthersCanEnter) {
    const FakeDaemon daemon;
    const std::string directory = daemon.socket().substr(0, daemon.socket().rfind('/'));
    EXPECT_TRUE(connect_socket(daemon.socket()).has_value());
    ASSERT_EQ(::chmod(directory.c_str(), 0750), 0);
    const auto refused = connect_socket(daemon.socket());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "forbidden");
    ASSERT_EQ(::chmod(directory.c_str(), 0700), 0);
}

TEST(UnixSocket, RefusesADirectoryThatIsASymbolicLink) {
    const FakeDaemon daemon;
    const std::string directory = daemon.socket().substr(0, daemon.socket().rfind('/'));
    const std::string link = directory + "-link";
    ASSERT_EQ(::symlink(directory.c_str(), link.c_str()), 0);
    const auto refused = connect_socket(link + "/s");
    ::unlink(link.c_str());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "forbidden");
}

}  // namespace
}  // namespace kith::cli
