// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/failure_object.h"

#include <gtest/gtest.h>

#include <map>

namespace kith::api {
namespace {

TEST(Failure, EveryProblemHasItsEntry) {
    int index = 0;
    for (const ProblemInfo& entry : problems())
        EXPECT_EQ(static_cast<int>(entry.problem), index++) << entry.code;
    EXPECT_EQ(problems().back().problem, Problem::Bug);
}

TEST(Failure, OneCodeHasOneExitCode) {
    std::map<std::string_view, int> exits;
    for (const ProblemInfo& entry : problems()) {
        EXPECT_EQ(exits.try_emplace(entry.code, entry.exit).first->second, entry.exit);
        EXPECT_GT(entry.exit, 0);
    }
}

// Scripts rely on these numbers: docs/spec/control-api.md#errors.
TEST(Failure, ExitCodesNeverChange) {
    const std::map<int, std::vector<std::string_view>> expected{
        {1, {"no-space", "store-corrupt", "store-read-only", "internal"}},
        {2,
         {"usage",
          "bad-config",
          "invite-broken",
          "address-broken",
          "text-too-long",
          "file-too-big",
          "input-needed"}},
        {3, {"no-daemon", "version-clash", "newer-data"}},
        {4, {"not-set-up", "locked"}},
        {5,
         {"no-contact",
          "no-message",
          "no-group",
          "no-file",
          "no-device",
          "no-invite",
          "invite-expired",
          "invite-used",
          "ambiguous",
          "cursor-gone"}},
        {6, {"alone", "bootstrap-unreachable", "offline"}},
        {7, {"timeout", "not-delivered", "busy"}},
        {8,
         {"key-changed",
          "blocked",
          "bad-signature",
          "bad-passphrase",
          "clock",
          "forbidden",
          "link-refused"}},
        {9, {"profile-locked", "port-in-use", "exists", "other-network"}},
        {10, {"unhealthy"}},
        {70, {"bug"}}};
    std::map<int, std::vector<std::string_view>> actual;
    for (const ProblemInfo& entry : problems()) {
        if (entry.problem < Problem::NoSpace) continue;
        actual[entry.exit].push_back(entry.code);
    }
    EXPECT_EQ(actual, expected);
}

TEST(Failure, CarriesTheNumberOfJsonRpc) {
    EXPECT_EQ(Failure(Problem::Parse).rpc, -32700);
    EXPECT_EQ(Failure(Problem::Request).rpc, -32600);
    EXPECT_EQ(Failure(Problem::Method).rpc, -32601);
    EXPECT_EQ(Failure(Problem::Parameters).rpc, -32602);
    EXPECT_EQ(Failure(Problem::NoContact).rpc, -32005);
    EXPECT_EQ(Failure(Problem::Bug).rpc, -32070);
}

TEST(Failure, KeepsTheNatureOfAnError) {
    EXPECT_TRUE(from_error({Code::DiskFull, ""}).is(Problem::NoSpace));
    EXPECT_TRUE(from_error({Code::Corrupt, "row"}).is(Problem::StoreCorrupt));
    EXPECT_TRUE(from_error({Code::Malformed, "x"}).is(Problem::Internal));
    EXPECT_EQ(from_error({Code::Malformed, "odd"}).message, "odd");
    EXPECT_EQ(from_error({Code::Timeout, ""}).message, "it took too long; the work goes on");
}

TEST(Failure, IsTheObjectErrorOfTheSchema) {
    Failure failure(Problem::NoDaemon, "the daemon is not running", "kith daemon start");
    EXPECT_EQ(to_json(failure),
              R"({"v":1,"type":"error","code":"no-daemon","message":"the daemon is not running",)"
              R"("hint":"kith daemon start","exit":3})");
    failure.facts = {"port 4222 is used"};
    EXPECT_EQ(read_failure(Document::parse(to_json(failure))->root()), failure);
    EXPECT_EQ(read_failure(Document::parse("{}")->root()), std::nullopt);
    EXPECT_EQ(read_failure(Document::parse("[]")->root()), std::nullopt);
    EXPECT_EQ(read_failure(Document::parse(R"({"code":"a","message":"b","exit":0})")->root()),
              std::nullopt);
}

}  // namespace
}  // namespace kith::api
