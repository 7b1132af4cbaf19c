// SPDX-License-Identifier: GPL-3.0-or-later
// The real program against a daemon that answers as told: texts, JSON, exit codes.
#include "cli/clock.h"
#include "core/base/limits.h"
#include "core/text/display.h"
#include "tests/unit/api/json_schema.h"
#include "tests/unit/api/samples.h"
#include "tests/unit/cli/fake_daemon.h"
#include "tests/unit/text/hostile_strings.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::cli {
namespace {

using api::Problem;
using test::FakeDaemon;
using test::run_kith;

// Every command that ends by itself and only asks the daemon.
const std::vector<std::vector<std::string>> all_commands{
    {"id"},
    {"id", "--new-reach", "-y"},
    {"invite"},
    {"invite", "--list"},
    {"invite", "--revoke", "i:5f"},
    {"join", "kith:i/1abc", "-y", "--no-chat"},
    {"contacts"},
    {"contacts", "list", "--plain"},
    {"contacts", "show", "bob"},
    {"contacts", "add", "kith1qabc"},
    {"contacts", "accept", "bob"},
    {"contacts", "decline", "bob"},
    {"contacts", "block", "bob"},
    {"contacts", "unblock", "bob"},
    {"contacts", "rename", "bob", "Robert"},
    {"contacts", "remove", "bob", "-y"},
    {"contacts", "set", "bob", "notify", "off"},
    {"contacts", "set", "bob", "bulk", "on"},
    {"contacts", "report", "bob"},
    {"contacts", "accept-key", "bob", "-y"},
    {"verify", "bob"},
    {"verify", "bob", "--matches", "0391385410"},
    {"send", "bob", "hi"},
    {"send", "bob", "hi", "--wait", "delivered"},
    {"inbox", "--mark-read"},
    {"history", "bob"},
    {"msg", "show", "01J9"},
    {"msg", "retry", "01J9"},
    {"msg", "cancel", "01J9"},
    {"status"},
    {"net"},
    {"net", "peers"},
    {"net", "ping", "bob"},
    {"net", "bootstrap"},
    {"net", "bootstrap", "add", "vps.example.org:4222"},
    {"net", "export"},
    {"net", "traffic"},
    {"net", "limits"},
    {"net", "why", "bob"},
    {"mailbox"},
    {"mailbox", "list"},
    {"mailbox", "use", "bob"},
    {"mailbox", "drop", "bob"},
    {"mailbox", "serve", "contacts", "--quota", "2G"},
    {"mailbox", "stats"},
    {"daemon", "status"},
    {"daemon", "start"},
    {"config", "list", "--origin"},
    {"config", "get", "daemon.listen"},
    {"config", "set", "daemon.listen", "x"},
    {"config", "unset", "daemon.listen"},
    {"config", "path"},
    {"listen", "--consumers"},
    {"listen", "--forget", "bot"},
    {"ack", "bot", "e1.4"},
    {"version"},
};

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += word + " ";
    return out;
}

TEST(Commands, EveryOneEndsWell) {
    for (const auto& words : all_commands) {
        FakeDaemon daemon;
        test::furnish(daemon, "Bob");
        const Ended ended = run_kith(daemon.socket(), words);
        EXPECT_EQ(ended.status, 0) << joined(words) << ended.errors;
    }
}

// docs/spec/control-api.md#schema: one object a line, each described by its schema.
TEST(Commands, EveryOneSpeaksSchemaV1) {
    for (auto words : all_commands) {
        FakeDaemon daemon;
        test::furnish(daemon, "Bob");
        words.emplace_back("--json");
        const Ended ended = run_kith(daemon.socket(), words);
        EXPECT_EQ(ended.status, 0) << joined(words) << ended.errors;
        EXPECT_EQ(ended.errors, "") << joined(words);
        api::LineSplitter lines;
        lines.append(ended.output);
        std::size_t count = 0;
        while (const auto line = lines.next()) {
            ++count;
            const auto document = api::Document::parse(*line);
            ASSERT_TRUE(document.has_value()) << joined(words) << *line;
            EXPECT_EQ(test::SchemaCheck::complaint(document->root()), "") << joined(words);
        }
        const bool silent = words[0] == "ack" || words[0] == "listen" || words[1] == "--revoke" ||
                            words[1] == "cancel";
        EXPECT_EQ(count == 0, silent && words[1] != "--consumers") << joined(words);
    }
}

// S10 of docs/threat-model.md: hostile text through every command.
TEST(Commands, NoneShowsWhatCouldSteerATerminal) {
    std::string hostile;
    for (const std::string& text : test::classic_attacks())
        hostile += text.substr(0, 80);
    for (const auto& words : all_commands) {
        FakeDaemon daemon;
        test::furnish(daemon, hostile);
        const Ended ended = run_kith(daemon.socket(), words);
        EXPECT_EQ(ended.status, 0) << joined(words) << ended.errors;
        for (const std::string* out : {&ended.output, &ended.errors}) {
            for (std::size_t at = 0; at < out->size();) {
                // Longer than one displayed text may be: line by line.
                const std::size_t end = std::min(out->find('\n', at), out->size());
                const std::string line = out->substr(at, end - at);
                ASSERT_EQ(text::display(line, text::Kind::Text), line) << joined(words);
                at = end + 1;
            }
        }
    }
}

TEST(Commands, JsonEscapesWhatCouldSteerATerminal) {
    std::string hostile;
    for (const std::string& text : test::classic_attacks())
        hostile += text.substr(0, 80);
    FakeDaemon daemon;
    test::furnish(daemon, hostile);
    const Ended ended = run_kith(daemon.socket(), {"history", "bob", "--json"});
    ASSERT_EQ(ended.status, 0);
    EXPECT_EQ(std::ranges::count(ended.output, '\n'), 1);
    EXPECT_EQ(ended.output.find('\x1b'), std::string::npos);
    EXPECT_EQ(ended.output.find("\u202e"), std::string::npos);
    const auto document = api::Document::parse(ended.output);
    ASSERT_TRUE(document.has_value());
    EXPECT_TRUE(document->root()["text"].text()->find("\x1b[31m") != std::string_view::npos);
}

struct ErrorCase {
    std::vector<std::string> words;
    std::string method;  // that fails with `failure`; none when empty
    api::Failure failure;
    int exit;
    std::string text;
};

// The samples of the error style: text and exit code.
TEST(Errors, ReadAsTheyShould) {
    const std::vector<ErrorCase> cases{
        {{"status"},
         "status.show",
         api::Failure(Problem::NotSetUp, "kith is not set up on this device"),
         4,
         "error: kith is not set up on this device\n"
         "try: kith init --name \"Your Name\"   or: kith join LINK\n"},
        {{"send", "bbo", "hi"},
         "message.send",
         api::Failure(Problem::NoContact, "you have no contact \"bbo\""),
         5,
         "error: you have no contact \"bbo\"\n"
         "  did you mean \"Bob\"?\n"
         "try: kith contacts\n"},
        {{"join", "kith:i/1abc", "-y"},
         "invite.read",
         api::Failure(Problem::InviteExpired,
                      "this invitation has expired (2 days ago)",
                      "ask Alice for a new one: kith invite"),
         5,
         "error: this invitation has expired (2 days ago)\n"
         "try: ask Alice for a new one: kith invite\n"},
        {{"join", "hello", "-y"},
         "",
         {},
         2,
         "error: this is not a kith invitation: it does not begin with kith:i/1\n"
         "try: copy the whole link again, in quotes: kith join 'LINK'\n"},
        {{"contacts", "add", "hello"},
         "",
         {},
         2,
         "error: this is not a kith address: it does not begin with kith1\n"
         "try: copy the whole address again\n"},
        {{"send", "bob", "hi"},
         "message.send",
         api::Failure(Problem::KeyChanged, "Bob's account key has changed: message NOT sent"),
         8,
         "error: Bob's account key has changed: message NOT sent\n"
         "try: kith verify bob   then: kith contacts accept-key bob\n"},
        {{"send", "bob", ""}, "", {}, 2, "error: there is no text to send\n"},
        {{"send", "bob", "hi", "--wait", "never"},
         "",
         {},
         2,
         "error: \"never\" is nothing to wait for\ntry: --wait sent, stored, delivered or read\n"},
        {{"verify", "bob", "--matches", "12345"},
         "",
         {},
         8,
         "error: the safety numbers differ: somebody else may be in between\n"
         "try: compare again by another way before you write anything secret\n"},
        {{"contacts", "remove", "bob"},
         "",
         {},
         2,
         "error: an answer is needed, and there is nobody to ask\ntry: --yes\n"},
        {{"history", "bob", "--since", "yesterday"},
         "",
         {},
         2,
         "error: \"yesterday\" is neither a duration nor a time\n"
         "try: --since 2h   or: --since 2026-11-22T15:04:05Z\n"},
        {{"listen", "--ack"},
         "",
         {},
         2,
         "error: --ack needs a consumer whose place is remembered\n"
         "try: kith listen --as NAME --ack\n"},
        {{"listen", "--types", "message,mood"},
         "",
         {},
         2,
         "error: \"mood\" is no type of event\ntry: kith help listen\n"},
        {{"net", "bootstrap", "add", "vps.example.org:4222"},
         "net.bootstrap",
         api::Failure(Problem::BootstrapUnreachable, "nobody answered at vps.example.org:4222"),
         6,
         "error: nobody answered at vps.example.org:4222\n"},
        {{"daemon", "sotp"},
         "",
         {},
         2,
         "error: \"sotp\" is not a command of \"kith daemon\"\n"
         "  did you mean \"stop\"?\n"
         "try: kith help daemon\n"},
    };
    for (const ErrorCase& wanted : cases) {
        FakeDaemon daemon;
        test::furnish(daemon, "Bob");
        if (!wanted.method.empty()) daemon.fail(wanted.method, wanted.failure);
        const Ended ended = run_kith(daemon.socket(), wanted.words);
        EXPECT_EQ(ended.status, wanted.exit) << joined(wanted.words);
        EXPECT_EQ(ended.errors, wanted.text) << joined(wanted.words);
        EXPECT_EQ(ended.output, "") << joined(wanted.words);
    }
}

TEST(Errors, AreOneObjectWithJson) {
    const Ended ended = run_kith("/nonexistent/socket", {"status", "--json"});
    EXPECT_EQ(ended.status, 3);
    EXPECT_EQ(ended.output, "");
    const auto document = api::Document::parse(ended.errors);
    ASSERT_TRUE(document.has_value()) << ended.errors;
    EXPECT_EQ(test::SchemaCheck::complaint(document->root()), "");
    EXPECT_EQ(document->root()["code"].text(), "no-daemon");
    EXPECT_EQ(document->root()["exit"].integer(), 3);
}

TEST(Errors, UsageIsKnownBeforeTheDaemonIsAsked) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"send", "bob", std::string(limits::text + 1, 'a')},
          {"send", "bob", "\xff"},
          {"init", "--name", "me"},
          {"init"},
          {"contacts", "--state", "lost"},
          {"invite", "--expires", "soon"},
          {"invite", "--uses", "0"},
          {"history", "bob", "--limit", "-1"}}) {
        const Ended ended = run_kith("/nonexistent/socket", words);
        EXPECT_EQ(ended.status, 2) << words[0] << ended.errors;
        EXPECT_TRUE(ended.errors.starts_with("error: ")) << ended.errors;
    }
}

TEST(Commands, NetWhySaysReasonsLimitsAndWhatLiftsThem) {
    FakeDaemon daemon;
    api::Reputation bob;
    bob.name = "bob";
    bob.state = "accepted";
    bob.verified = true;
    bob.tier = api::Tier::Restricted;
    bob.score = 0.59;
    bob.because = {{test::noon, "reply", 200, 200, 17.9, 0.51},
                   {test::noon, "report", 1, -10, -9.3, -0.24}};
    bob.limits.burst = bob.limits.unread = 5;
    bob.limits.per_hour = 1;
    bob.next = "nothing changes by itself";
    bob.remedy = "kith contacts unblock bob";
    daemon.answer<api::ReputationWhy>(bob);
    const Ended restricted = run_kith(daemon.socket(), {"net", "why", "bob"});
    EXPECT_NE(restricted.output.find("bob verified    restricted    score 0.59          an unknown "
                                     "person has 0.20, a contact never less than 0.60 unless you "
                                     "report\n"),
              std::string::npos)
        << restricted.output;
    EXPECT_NE(restricted.output.find("because  200 replies of yours, last "), std::string::npos);
    EXPECT_NE(restricted.output.find("you reported a message "), std::string::npos);
    EXPECT_NE(restricted.output.find("-10.0"), std::string::npos);
    EXPECT_NE(restricted.output.find("score -0.24"), std::string::npos);
    EXPECT_NE(restricted.output.find("5 unread at a time, 5 at once then 1 an hour\n"),
              std::string::npos);
    EXPECT_NE(restricted.output.find("kith contacts unblock bob\n"), std::string::npos);

    bob.tier = api::Tier::Contact;
    bob.limits = {};
    bob.limits.burst = 1000;
    bob.limits.per_second = 50;
    bob.limits.unread = 5000;
    daemon.answer<api::ReputationWhy>(bob);
    EXPECT_NE(run_kith(daemon.socket(), {"net", "why", "bob"})
                  .output.find("1,000 at once then 50 a second, 5,000 unread at a time\n"),
              std::string::npos);
    bob.tier = api::Tier::Bulk;
    bob.limits = {};
    daemon.answer<api::ReputationWhy>(bob);
    EXPECT_NE(
        run_kith(daemon.socket(), {"net", "why", "bob"}).output.find("limits   none (bulk)\n"),
        std::string::npos);
}

TEST(Commands, MsgShowSaysWhoseTurnItIs) {
    FakeDaemon daemon;
    api::Trace trace;
    trace.id = "01J9";
    trace.name = "Bob";
    trace.state = api::MessageState::Queued;
    trace.waits = "unread";
    daemon.answer<api::MessageTrace>(trace);
    EXPECT_NE(run_kith(daemon.socket(), {"msg", "show", "01J9"})
                  .output.find("Bob's device takes no more until Bob reads\n"),
              std::string::npos);
}

TEST(Commands, ContactsSayWhyARequestWaitsAndWhatHelps) {
    FakeDaemon daemon;
    api::Contact bob;
    bob.id = "u:bob";
    bob.name = "Bob";
    bob.state = api::ContactState::PendingOut;
    bob.request.emplace();
    bob.request->state = api::RequestState::Out;
    bob.request->waits = "rate";
    bob.request->next = wall_now() + seconds(90);
    daemon.answer_once<api::ContactList>({bob});
    const std::string shown = run_kith(daemon.socket(), {"contacts"}).output;
    EXPECT_NE(shown.find("gets more requests than it can check; sent again in"), std::string::npos)
        << shown;
    EXPECT_NE(shown.find("an invite needs no waiting"), std::string::npos) << shown;
}

}  // namespace
}  // namespace kith::cli
