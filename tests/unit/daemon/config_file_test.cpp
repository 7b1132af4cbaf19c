// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/config_file.h"

#include <gtest/gtest.h>

namespace kith::daemon {
namespace {

const ConfigKey& key(std::string_view name) {
    return *find_config_key(name);
}

std::string set(std::string_view text, std::string_view name, const ConfigValue& value) {
    const auto edited = set_in_config(text, key(name), value, "config.toml");
    return edited ? *edited : "refused: " + edited.error().message;
}

std::string unset(std::string_view text, std::string_view name) {
    const auto edited = unset_in_config(text, key(name), "config.toml");
    return edited ? *edited : "refused: " + edited.error().message;
}

struct Mistake {
    std::string message;
    std::string fact;
};

Mistake mistake(std::string_view text) {
    const auto settings = parse_config(text, "config.toml");
    if (settings) return {"none", ""};
    EXPECT_TRUE(settings.error().is(api::Problem::BadConfig));
    EXPECT_EQ(settings.error().exit, 2);
    const auto& facts = settings.error().facts;
    return {settings.error().message, facts.empty() ? "" : facts.front()};
}

TEST(ConfigFile, UnknownKeyIsNamedWithItsPlaceAndTheNearestOne) {
    const Mistake found = mistake("# kith\n\n[daemon]\nport_mapping = true\n\n\nlisen = []\n");
    EXPECT_EQ(found.message, "config.toml line 7, column 1: unknown key \"lisen\" in [daemon]");
    EXPECT_EQ(found.fact, "did you mean \"listen\"?");
}

TEST(ConfigFile, UnknownSectionIsNamedToo) {
    const Mistake found = mistake("[deamon]\n");
    EXPECT_EQ(found.message, "config.toml line 1, column 2: unknown section or key \"deamon\"");
    EXPECT_EQ(found.fact, "did you mean \"daemon\"?");
}

TEST(ConfigFile, WrongTypesAndValuesAreFoundWhereTheyStand) {
    EXPECT_EQ(mistake("[ui]\nascii = 1\n").message,
              "config.toml line 2, column 9: ui.ascii wants true or false");
    EXPECT_EQ(mistake("[daemon]\n  log_level = \"loud\"\n").message,
              "config.toml line 2, column 15: daemon.log_level wants one of: error warn info "
              "debug trace");
    EXPECT_EQ(mistake("[daemon]\nlisten = [1]\n").message.substr(0, 30),
              "config.toml line 2, column 10:");
}

TEST(ConfigFile, BrokenSyntaxIsFoundWhereItStands) {
    EXPECT_TRUE(mistake("[daemon]\nlisten = [\"a\"\nx").message.starts_with("config.toml line 3"));
    EXPECT_TRUE(mistake("\xff\xfe").message.starts_with("config.toml line 1"));
    EXPECT_EQ(mistake(std::string(config_file_size + 1, '#')).message, "config.toml is too long");
    // Deep nesting ends in an error, not in a stack overflow.
    EXPECT_NE(mistake("[ui]\nascii = " + std::string(100000, '[')).message, "none");
}

// toml++ asserts on these; the daemon must say so and go on.
TEST(ConfigFile, AHeadingThatIsNoNameIsRefused) {
    for (const char* text : {"[!]", "[=a]\n", "[[?]]", "[daemon.!]", "[a", "[\xc3\xa9]"}) {
        EXPECT_EQ(mistake(text).message.substr(0, 11), "config.toml") << text;
    }
}

// Undefined behaviour in toml++: shown by the sanitizer only.
TEST(ConfigFile, LettersThatTomlStumblesOverAreOrdinaryOnes) {
    EXPECT_EQ(mistake("# kith\n\xef\xb3\xbf").message.substr(0, 18), "config.toml line 2");
    EXPECT_EQ(mistake("[daemon]\n\xc3\xa4 = 1").message.substr(0, 18), "config.toml line 2");
    EXPECT_EQ(mistake("k\xd0\x94 = 1").message.substr(0, 18), "config.toml line 1");
}

TEST(ConfigFile, SettingKeepsEveryCommentAndLine) {
    const std::string text =
        "# mine\n[daemon]   # the daemon\nlisten = [\n  \"0.0.0.0:1\", # v4\n] # ports\n\n"
        "[ui]\ntime = \"24h\" # \xd1\x87\n";
    EXPECT_EQ(set(text, "daemon.listen", std::vector<std::string>{"[::]:2"}),
              "# mine\n[daemon]   # the daemon\nlisten = [\"[::]:2\"] # ports\n\n"
              "[ui]\ntime = \"24h\" # \xd1\x87\n");
    EXPECT_EQ(set(text, "ui.time", std::string("12h")),
              text.substr(0, text.find("\"24h\"")) + "\"12h\" # \xd1\x87\n");
}

TEST(ConfigFile, ANewKeyGoesBelowItsHeadingOrMakesOne) {
    EXPECT_EQ(set("[ui] # x\ntime = \"24h\"\n", "ui.ascii", true),
              "[ui] # x\nascii = true\ntime = \"24h\"\n");
    EXPECT_EQ(set("[ui]", "ui.ascii", true), "[ui]\nascii = true\n");
    EXPECT_EQ(set("", "ui.ascii", true), "[ui]\nascii = true\n");
    EXPECT_EQ(set("# mine", "ui.ascii", true), "# mine\n\n[ui]\nascii = true\n");
    EXPECT_EQ(set("[ui]\r\ntime = \"12h\"\r\n", "ui.ascii", true),
              "[ui]\r\nascii = true\ntime = \"12h\"\r\n");
}

TEST(ConfigFile, PlacesAreRightAfterLettersOfSeveralBytes) {
    EXPECT_EQ(set("[network]\nname = \"\xd0\xb4\xd0\xbe\xd0\xbc\" # \xd0\xb4\n",
                  "network.name",
                  std::string("home")),
              "[network]\nname = \"home\" # \xd0\xb4\n");
}

TEST(ConfigFile, UnsettingTakesTheWholeEntry) {
    EXPECT_EQ(unset("[daemon]\nlisten = [\n \"0.0.0.0:1\",\n]\n# end\n", "daemon.listen"),
              "[daemon]\n# end\n");
    EXPECT_EQ(unset("[ui]\ntime = \"12h\"", "ui.time"), "[ui]\n");
    EXPECT_EQ(unset("[ui]\n", "ui.time"), "[ui]\n");
}

TEST(ConfigFile, WhatCannotBeEditedIsLeftAloneWithAReason) {
    const std::string inline_table = "ui = { ascii = true, time = \"24h\" }\n";
    EXPECT_EQ(unset(inline_table, "ui.time"),
              "refused: config.toml is written in a way that cannot be edited here");
    EXPECT_EQ(set(inline_table, "ui.time", std::string("12h")),
              "ui = { ascii = true, time = \"12h\" }\n");
    EXPECT_TRUE(set("[ui]\ncolour = 1\n", "ui.ascii", true).starts_with("refused: "));
}

}  // namespace
}  // namespace kith::daemon
