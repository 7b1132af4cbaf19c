// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/json.h"

#include "core/base/limits.h"

#include <gtest/gtest.h>

#include <string>

namespace kith::api {
namespace {

Document parsed(std::string_view text) {
    auto document = Document::parse(text);
    EXPECT_TRUE(document.has_value()) << text;
    return *std::move(document);
}

TEST(Json, GivesMembersByNameAndNothingForTheRest) {
    const Document document = parsed(R"({"a":"x","b":-3,"c":7,"d":true,"e":1.5,"f":null})");
    const Value root = document.root();
    EXPECT_EQ(root["a"].text(), "x");
    EXPECT_EQ(root["b"].integer(), -3);
    EXPECT_EQ(root["b"].unsigned_number(), std::nullopt);
    EXPECT_EQ(root["c"].unsigned_number(), 7U);
    EXPECT_EQ(root["c"].integer(), 7);
    EXPECT_EQ(root["d"].boolean(), true);
    EXPECT_EQ(root["e"].real(), 1.5);
    EXPECT_FALSE(root["f"]);
    EXPECT_EQ(root["f"].kind(), Value::Kind::Null);
    EXPECT_EQ(root["g"].kind(), Value::Kind::None);
    EXPECT_EQ(root["a"]["b"]["c"].text(), std::nullopt);
    EXPECT_EQ(root.size(), 6U);
}

TEST(Json, WalksNestedListsInOrder) {
    const Document document = parsed(R"({"list":[{"n":1,"deep":[[],{}]},{"n":2}],"after":true})");
    std::vector<std::uint64_t> seen;
    for (const Element element : document.root()["list"]) {
        EXPECT_TRUE(element.name.empty());
        seen.push_back(element.value["n"].unsigned_number().value_or(0));
    }
    EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2}));
    EXPECT_EQ(document.root()["after"].boolean(), true);
    EXPECT_EQ(document.root()["list"].size(), 2U);
}

TEST(Json, WritesAgainWhatItReadInTheSameOrder) {
    for (const std::string_view text : {R"({"v":1,"type":"x","a":[1,-2,"c",{"d":null}],"b":true})",
                                        R"([])",
                                        R"({})",
                                        R"("alone")",
                                        R"([[[]],{"a":{}}])",
                                        R"({"unknown":{"of":["a newer version"]},"1.5":1.5})"}) {
        EXPECT_EQ(parsed(text).root().dump(), text);
    }
}

TEST(Json, StaysValidWhenTheDocumentMoves) {
    Document first = parsed(R"({"a":"b"})");
    const Value value = first.root()["a"];
    const Document second = std::move(first);
    EXPECT_EQ(value.text(), "b");
}

TEST(Json, RefusesWhatIsNotOneValue) {
    for (const std::string_view text : {"",
                                        " ",
                                        "{",
                                        "}",
                                        "{}{}",
                                        "{\"a\":1,}",
                                        "[1,]",
                                        "nul",
                                        "01",
                                        "{'a':1}",
                                        "\"\\ud800\"",
                                        "\"\n\"",
                                        "1e999",
                                        "NaN",
                                        "{\"a\"}"}) {
        const auto document = Document::parse(text);
        ASSERT_FALSE(document.has_value()) << text;
        EXPECT_EQ(document.error().code, Code::Malformed) << text;
    }
}

TEST(Json, RefusesInvalidUtf8) {
    EXPECT_FALSE(Document::parse("\"\xff\""));
    EXPECT_FALSE(Document::parse("\"\xc0\x80\""));
    EXPECT_FALSE(Document::parse("\"\xed\xa0\x80\""));
}

TEST(Json, RefusesNestingBeyondTheLimit) {
    const std::string fits = std::string(json_depth, '[') + std::string(json_depth, ']');
    EXPECT_TRUE(Document::parse(fits));
    EXPECT_TRUE(Document::parse(std::string(json_depth, '[') + "1" + std::string(json_depth, ']')));
    EXPECT_FALSE(
        Document::parse(std::string(json_depth, '[') + "{}" + std::string(json_depth, ']')));
    const auto deep = Document::parse("[" + fits + "]");
    ASSERT_FALSE(deep.has_value());
    EXPECT_EQ(deep.error().context, "nested too deeply");
    EXPECT_FALSE(Document::parse(std::string(500000, '[')));
    std::string objects;
    for (int i = 0; i < 100000; ++i)
        objects += "{\"a\":";
    EXPECT_FALSE(Document::parse(objects));
}

TEST(Json, RefusesTextsBeyondTheLimit) {
    const std::string fits = "\"" + std::string(limits::api_line - 2, 'a') + "\"";
    EXPECT_TRUE(Document::parse(fits));
    const auto longer = Document::parse(fits + " ");
    ASSERT_FALSE(longer.has_value());
    EXPECT_EQ(longer.error().code, Code::TooLarge);
}

TEST(Json, CountsManySmallValues) {
    std::string text = "[";
    for (int i = 0; i < 300000; ++i)
        text += "0,";
    text += "0]";
    EXPECT_EQ(parsed(text).root().size(), 300001U);
}

}  // namespace
}  // namespace kith::api
