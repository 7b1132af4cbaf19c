// SPDX-License-Identifier: GPL-3.0-or-later
// docs/schema/v1 against what is written.
#include "core/api/failure_object.h"
#include "tests/unit/api/json_schema.h"
#include "tests/unit/api/samples.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace kith::api {
namespace {

std::string complaint_about(const std::string& text) {
    const auto document = Document::parse(text);
    return document ? test::SchemaCheck::complaint(document->root()) : "not JSON";
}

TEST(Schema, DescribesEveryObject) {
    std::set<std::string> seen{"error"};
    test::for_each_sample([&](const auto& sample) {
        const std::string text = to_json(sample);
        EXPECT_EQ(complaint_about(text), "") << text;
        seen.emplace(Document::parse(text)->root()["type"].text().value_or(""));
    });
    std::set<std::string> described;
    for (const auto& entry :
         std::filesystem::directory_iterator(KITH_SOURCE_DIR "/docs/schema/v1")) {
        described.insert(entry.path().stem());
    }
    EXPECT_EQ(seen, described);
}

TEST(Schema, DescribesErrors) {
    Failure failure(Problem::NoContact, "you have no contact \"bbo\"", "kith contacts");
    failure.facts = {"did you mean \"bob\"?"};
    EXPECT_EQ(complaint_about(to_json(failure)), "");
    EXPECT_EQ(complaint_about(to_json(Failure())), "");
}

TEST(Schema, RequiresWhatTheReaderRequires) {
    test::for_each_sample([&]<class T>(const T& sample) {
        const auto type = Document::parse(to_json(sample));
        const auto schema =
            Document::parse(test::schema_text(type->root()["type"].text().value_or("")));
        ASSERT_TRUE(schema.has_value());
        std::set<std::string> required{"v", "type"};
        std::set<std::string> described{"v", "type"};
        for (std::string name : member_names<T>()) {
            const bool optional = name.ends_with('?');
            if (optional) name.pop_back();
            described.insert(name);
            if (!optional) required.insert(name);
        }
        std::set<std::string> required_by_schema;
        for (const Element name : schema->root()["required"])
            required_by_schema.emplace(*name.value.text());
        std::set<std::string> described_by_schema;
        for (const Element member : schema->root()["properties"])
            described_by_schema.emplace(member.name);
        EXPECT_EQ(required, required_by_schema) << to_json(sample);
        EXPECT_EQ(described, described_by_schema) << to_json(sample);
    });
}

TEST(Schema, TheCheckCanFail) {
    EXPECT_NE(complaint_about(R"({"v":2,"type":"limit","name":"a","value":1})"), "");
    EXPECT_NE(complaint_about(R"({"v":1,"type":"limit","name":"a"})"), "");
    EXPECT_NE(complaint_about(R"({"v":1,"type":"limit","name":"a","value":-1})"), "");
    EXPECT_NE(complaint_about(R"({"v":1,"type":"limit","name":5,"value":1})"), "");
    EXPECT_NE(complaint_about(R"({"v":1,"type":"limit","name":"a","value":1,"more":1})"), "");
    EXPECT_NE(complaint_about(R"({"v":1,"type":"receipt","id":"a","state":"sent","time":"now"})"),
              "");
    EXPECT_NE(complaint_about(R"({"v":1,"type":"nonsense"})"), "");
    EXPECT_EQ(complaint_about(R"({"v":1,"type":"limit","name":"a","value":1})"), "");
}

}  // namespace
}  // namespace kith::api
