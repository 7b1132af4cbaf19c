// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/config.h"

#include "daemon/config_file.h"
#include "daemon/config_syntax.h"

#include <gtest/gtest.h>

namespace kith::daemon {
namespace {

TEST(ConfigSyntax, DurationsHaveOneUnit) {
    EXPECT_EQ(parse_duration("30s"), seconds(30));
    EXPECT_EQ(parse_duration("10m"), minutes(10));
    EXPECT_EQ(parse_duration("24h"), hours(24));
    EXPECT_EQ(parse_duration("14d"), days(14));
    for (const char* text : {"", "s", "0s", "-1s", "1.5h", "10", "1w", "99999d", "1h30m"}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
}

TEST(ConfigSyntax, DurationsPrintInTheLargestUnitThatFits) {
    EXPECT_EQ(print_duration(days(30)), "30d");
    EXPECT_EQ(print_duration(hours(36)), "36h");
    EXPECT_EQ(print_duration(seconds(61)), "61s");
}

TEST(ConfigSyntax, ListsAreSplitAsPeopleTypeThem) {
    const std::vector<std::string> two{"0.0.0.0:1", "[::]:1"};
    EXPECT_EQ(split_list("0.0.0.0:1, [::]:1"), two);
    EXPECT_EQ(split_list("0.0.0.0:1 [::]:1"), two);
    EXPECT_EQ(split_list(R"(["0.0.0.0:1", "[::]:1"])"), two);
    EXPECT_EQ(split_list("[::1]:4222"), std::vector<std::string>{"[::1]:4222"});
    EXPECT_EQ(split_list("[]"), std::vector<std::string>{});
    EXPECT_EQ(split_list(""), std::vector<std::string>{});
}

TEST(ConfigSyntax, QuotedTextsReadBackAsTheyWere) {
    const ConfigKey& key = *find_config_key("network.name");
    const std::string name = "a \"b\" \\ \x7f \xd1\x8f";
    const std::string text = "[network]\nname = " + quote_toml(name);
    const auto settings = parse_config(text, "f");
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(std::get<std::string>(settings->at(0).value), name);
    EXPECT_EQ(settings->at(0).key, &key);
}

TEST(Config, ThePrintedFileIsValidAndHoldsTheDefaults) {
    const auto settings = parse_config(print_config(Config{}), "printed");
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->size(), config_keys().size());
    LoadedConfig loaded;
    loaded.values.ascii = true;
    loaded.values.listen.clear();
    ASSERT_TRUE(loaded.apply(*settings, Origin::File));
    EXPECT_EQ(loaded.values, Config{});
}

TEST(Config, ValuesOfTheWrongTypeOrFormAreRefused) {
    Config config;
    const auto refuses = [&](std::string_view name, const ConfigValue& value) {
        return !assign(config, *find_config_key(name), value);
    };
    EXPECT_TRUE(refuses("daemon.port_mapping", std::string("yes")));
    EXPECT_TRUE(refuses("daemon.listen", std::string("0.0.0.0:1")));
    EXPECT_TRUE(refuses("daemon.listen", std::vector<std::string>{"host:1"}));
    EXPECT_TRUE(refuses("network.bootstrap", std::vector<std::string>{"host"}));
    EXPECT_TRUE(refuses("network.bootstrap", std::vector<std::string>{"host:0"}));
    EXPECT_TRUE(refuses("daemon.log_level", std::string("loud")));
    EXPECT_TRUE(refuses("delivery.give_up_after", std::string("forever")));
    EXPECT_TRUE(refuses("delivery.copies", std::string("0")));
    EXPECT_TRUE(refuses("delivery.copies", std::string("6")));
    EXPECT_TRUE(refuses("delivery.copies", std::string("many")));
    EXPECT_TRUE(refuses("mailbox.serve", std::string("everybody")));
    EXPECT_TRUE(refuses("mailbox.quota", std::string("lots")));
    EXPECT_TRUE(refuses("ui.ascii", std::vector<std::string>{}));
    EXPECT_EQ(config, Config{});
}

TEST(Config, WhatPeopleTypeBecomesAValue) {
    const auto typed = [](std::string_view name, std::string_view text) {
        const auto value = parse_config_value(*find_config_key(name), text);
        return value ? to_toml(*value) : "refused: " + value.error().message;
    };
    EXPECT_EQ(typed("ui.ascii", "on"), "true");
    EXPECT_EQ(typed("daemon.listen", "0.0.0.0:0"), "[\"0.0.0.0:0\"]");
    EXPECT_EQ(typed("delivery.give_up_after", "10d"), "\"10d\"");
    EXPECT_EQ(typed("ui.ascii", "perhaps"), "refused: ui.ascii wants true or false");
}

TEST(Config, StrongerLayersWinAndAreNamed) {
    LoadedConfig loaded;
    const ConfigKey& level = *find_config_key("daemon.log_level");
    const ConfigKey& ascii = *find_config_key("ui.ascii");
    ASSERT_TRUE(loaded.apply({{&level, std::string("warn")}, {&ascii, true}}, Origin::File));
    ASSERT_TRUE(loaded.apply({{&level, std::string("trace")}}, Origin::Flag));
    EXPECT_EQ(loaded.values.log_level, "trace");
    EXPECT_EQ(loaded.origin_of(level), Origin::Flag);
    EXPECT_EQ(loaded.origin_of(ascii), Origin::File);
    EXPECT_EQ(to_string(loaded.origin_of(*find_config_key("ui.time"))), "default");
}

}  // namespace
}  // namespace kith::daemon
