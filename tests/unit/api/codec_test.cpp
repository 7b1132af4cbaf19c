// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/codec.h"

#include "tests/unit/api/samples.h"

#include <gtest/gtest.h>

namespace kith::api {
namespace {

using test::full_message;

template <class T>
void expect_round_trip(const T& value) {
    const std::string text = to_json(value);
    const auto document = Document::parse(text);
    ASSERT_TRUE(document.has_value()) << text;
    const auto read = decode<T>(document->root());
    ASSERT_TRUE(read.has_value()) << text << " " << read.error().message;
    EXPECT_EQ(*read, value) << text;
    EXPECT_EQ(to_json(*read), text);
    EXPECT_TRUE(text.starts_with("{\"v\":1,\"type\":\"")) << text;
    EXPECT_EQ(text.find("null"), std::string::npos);
}

TEST(Codec, WritesTheFormOfTheSchema) {
    EXPECT_EQ(
        to_json(full_message()),
        R"({"v":1,"type":"message","id":"01J9ABCDEFGHJKMNPQRSTVWXYZ","cursor":"e1.4711",)"
        R"("chat":"u:7q2m","from":"u:7q2m","name":"Bob","tag":"7q2m","tagged":true,"dir":"in",)"
        R"("time":"2026-11-22T15:04:05.120Z","received":"2026-11-22T15:04:05.150Z",)"
        R"("text":"hi","state":"received","verified":true,"unread":true,"reply":"01J8",)"
        R"("expires":"2026-11-22T16:04:05.120Z","path":{"kind":"direct","rtt_ms":12}})");
}

TEST(Codec, EveryObjectComesBack) {
    test::for_each_sample([](const auto& sample) { expect_round_trip(sample); });
}

TEST(Codec, IgnoresWhatANewerDaemonAdds) {
    const auto document = Document::parse(
        R"({"v":1,"type":"receipt","id":"a","state":"teleported","mood":["good"],"device":null})");
    const auto receipt = decode<Receipt>(document->root());
    ASSERT_TRUE(receipt.has_value());
    EXPECT_EQ(receipt->id, "a");
    EXPECT_EQ(receipt->state, MessageState::Unknown);
    EXPECT_EQ(receipt->device, std::nullopt);
}

TEST(Codec, RefusesAMemberOfAnotherKind) {
    const auto document = Document::parse(R"({"id":"a","state":"sent","time":"yesterday"})");
    const auto receipt = decode<Receipt>(document->root());
    ASSERT_FALSE(receipt.has_value());
    EXPECT_EQ(receipt.error().message, "\"time\" must be a time such as 2026-11-22T15:04:05Z");
}

}  // namespace
}  // namespace kith::api
