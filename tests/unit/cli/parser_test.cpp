// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/parser.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

namespace kith::cli {
namespace {

std::optional<std::string> no_environment(std::string_view) {
    return std::nullopt;
}

api::Outcome<Invocation> parsed(std::vector<const char*> words,
                                const Environment& environment = no_environment) {
    words.insert(words.begin(), "kith");
    return parse(static_cast<int>(words.size()), words.data(), environment);
}

std::string complaint(std::vector<const char*> words) {
    const auto invocation = parsed(std::move(words));
    if (invocation) return "nothing";
    EXPECT_EQ(invocation.error().code, "usage");
    EXPECT_EQ(invocation.error().exit, 2);
    std::string text = invocation.error().message;
    for (const std::string& fact : invocation.error().facts)
        text += " / " + fact;
    return text;
}

TEST(CommandTable, IsWellFormed) {
    std::set<std::string_view> paths;
    for (const Command& command : command_table()) {
        EXPECT_TRUE(paths.insert(command.path).second) << command.path;
        EXPECT_NE(command.run, nullptr);
        EXPECT_FALSE(command.what.empty()) << command.path;
        EXPECT_FALSE(command.what.ends_with('.')) << command.path;
        // A member comes after its group.
        const std::size_t blank = command.path.rfind(' ');
        if (blank != std::string_view::npos) {
            EXPECT_TRUE(paths.contains(command.path.substr(0, blank))) << command.path;
        }
        bool optional = false;
        for (const Parameter& parameter : command.parameters) {
            if (parameter.name.empty()) continue;
            EXPECT_FALSE(optional && parameter.required) << command.path;
            optional = !parameter.required;
            EXPECT_FALSE(parameter.what.empty()) << command.path;
        }
        for (const Option& option : command.options) {
            if (option.names.empty()) continue;
            EXPECT_TRUE(long_name(option).starts_with("--")) << command.path;
            for (const Option& global : global_options())
                EXPECT_NE(long_name(option), long_name(global)) << command.path;
        }
    }
}

TEST(Parser, FindsEveryCommandOfTheTable) {
    for (const Command& command : command_table()) {
        std::vector<std::string> words;
        for (std::size_t at = 0; at < command.path.size();) {
            const std::size_t end = std::min(command.path.find(' ', at), command.path.size());
            words.emplace_back(command.path.substr(at, end - at));
            at = end + 1;
        }
        for (const Parameter& parameter : command.parameters) {
            if (!parameter.name.empty()) words.emplace_back("word");
        }
        for (const Option& option : command.options) {
            if (option.names.empty()) continue;
            words.emplace_back(long_name(option));
            if (!option.value.empty()) words.emplace_back("value");
        }
        std::vector<const char*> pointers;
        for (const std::string& word : words)
            pointers.push_back(word.c_str());
        const auto invocation = parsed(pointers);
        ASSERT_TRUE(invocation.has_value()) << command.path << ": " << invocation.error().message;
        EXPECT_EQ(invocation->command, &command);
        for (const Option& option : command.options) {
            if (option.names.empty()) continue;
            EXPECT_EQ(invocation->arguments.get(long_name(option)),
                      option.value.empty() ? "true" : "value");
        }
    }
}

TEST(Parser, TakesTheNameOfACommandAsAWord) {
    const auto invocation = parsed({"send", "list", "status"});
    ASSERT_TRUE(invocation.has_value());
    EXPECT_EQ(invocation->command->path, "send");
    EXPECT_EQ(invocation->arguments.get("WHO"), "list");
    EXPECT_EQ(invocation->arguments.get("TEXT"), "status");
}

TEST(Parser, TakesAllWordsThatAreLeft) {
    const auto invocation = parsed({"send", "bob", "three", "short", "words", "--wait", "sent"});
    ASSERT_TRUE(invocation.has_value());
    EXPECT_EQ(invocation->arguments.all("TEXT"),
              (std::vector<std::string>{"three", "short", "words"}));
    EXPECT_EQ(invocation->arguments.get("--wait"), "sent");
}

TEST(Parser, TakesADashAndWordsAfterTwoDashes) {
    EXPECT_EQ(parsed({"send", "bob", "-"})->arguments.get("TEXT"), "-");
    EXPECT_EQ(parsed({"send", "bob", "--", "-5"})->arguments.get("TEXT"), "-5");
}

TEST(Parser, TakesGlobalOptionsAnywhere) {
    const auto invocation =
        parsed({"-p", "work", "send", "bob", "hi", "--json", "-q", "--timeout", "30", "-y"});
    ASSERT_TRUE(invocation.has_value());
    EXPECT_EQ(invocation->globals.profile, "work");
    EXPECT_TRUE(invocation->globals.json);
    EXPECT_TRUE(invocation->globals.quiet);
    EXPECT_TRUE(invocation->globals.yes);
    EXPECT_EQ(invocation->globals.timeout, Duration(seconds(30)));
    EXPECT_EQ(invocation->arguments.all("TEXT").size(), 1U);
    EXPECT_TRUE(parsed({"--json=1", "status"})->globals.json);
}

TEST(Parser, TakesTheEnvironmentBelowTheFlags) {
    const Environment environment = [](std::string_view name) -> std::optional<std::string> {
        if (name == "KITH_JSON" || name == "KITH_NO_INPUT") return "1";
        if (name == "KITH_AUTOSTART") return "0";
        return std::nullopt;
    };
    const auto invocation = parsed({"status"}, environment);
    EXPECT_TRUE(invocation->globals.json);
    EXPECT_TRUE(invocation->globals.no_input);
    EXPECT_FALSE(invocation->globals.autostart);
    EXPECT_TRUE(parsed({"status"})->globals.autostart);
    EXPECT_TRUE(peek_globals(0, nullptr, environment).json);
}

TEST(Parser, NamesTheNearestWord) {
    EXPECT_EQ(complaint({"sned", "bob"}),
              "\"sned\" is not a kith command / did you mean \"send\"?");
    EXPECT_EQ(complaint({"contacts", "lst"}),
              "\"lst\" is not a command of \"kith contacts\" / did you mean \"list\"?");
    EXPECT_EQ(complaint({"net", "bootstrap", "ad", "x"}),
              "\"ad\" is not a command of \"kith net bootstrap\" / did you mean \"add\"?");
    EXPECT_EQ(complaint({"send", "bob", "hi", "--wiat=sent"}),
              "unknown option \"--wiat\" / did you mean \"--wait\"?");
    EXPECT_EQ(complaint({"status", "--jsno"}),
              "unknown option \"--jsno\" / did you mean \"--json\"?");
    EXPECT_EQ(complaint({"xyzzy"}), "\"xyzzy\" is not a kith command");
    // Commands of later milestones do not exist yet.
    EXPECT_EQ(complaint({"group", "new"}), "\"group\" is not a kith command");
}

TEST(Parser, SaysWhatIsMissingOrTooMuch) {
    EXPECT_EQ(complaint({"history"}),
              "\"kith history\" needs WHO: a contact's name, address or id, or: me");
    EXPECT_EQ(complaint({"history", "bob", "eve"}), "\"eve\" is one word too many");
    EXPECT_EQ(complaint({"history", "bob", "--limit"}), "\"--limit\" needs one value");
    EXPECT_EQ(complaint({"history", "bob", "--limit", "1", "--limit", "2"}),
              "\"--limit\" needs one value");
    EXPECT_EQ(complaint({"--timeout", "soon", "status"}), "\"soon\" is no number of seconds");
    EXPECT_EQ(complaint({"--json=2", "status"}), "this kith writes JSON of schema 1 only");
}

TEST(Parser, HelpAndVersionAskForNothingElse) {
    EXPECT_TRUE(parsed({"send", "-h"})->help);
    EXPECT_EQ(parsed({"send", "--help"})->command->path, "send");
    EXPECT_TRUE(parsed({"-V"})->version);
    EXPECT_EQ(parsed({})->command, nullptr);
}

TEST(Parser, SecretWordsLeaveTheListOfProcesses) {
    std::string words[] = {"kith", "send", "bob", "meet me", "at nine", "bob"};
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    const auto invocation = parse(static_cast<int>(argv.size()), argv.data(), no_environment);
    ASSERT_TRUE(invocation.has_value());
    hide_secrets(*invocation, static_cast<int>(argv.size()), argv.data());
    EXPECT_STREQ(argv[3], "xxxxxxx");
    EXPECT_STREQ(argv[4], "xxxxxxx");
    EXPECT_STREQ(argv[5], "xxx");
    EXPECT_STREQ(argv[1], "send");
    EXPECT_EQ(invocation->arguments.get("TEXT"), "meet me");
}

}  // namespace
}  // namespace kith::cli
