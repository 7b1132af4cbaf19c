// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/codec.h"

#include "core/api/method.h"

#include <gtest/gtest.h>

namespace kith::api {
namespace {

constexpr Timestamp noon = from_unix_millis(1795359845120);

Message full_message() {
    Message message;
    message.id = "01J9ABCDEFGHJKMNPQRSTVWXYZ";
    message.cursor = "e1.4711";
    message.chat = "u:7q2m";
    message.from = "u:7q2m";
    message.name = "Bob";
    message.tag = "7q2m";
    message.dir = Direction::In;
    message.time = noon;
    message.received = noon + milliseconds(30);
    message.text = "hi";
    message.state = MessageState::Received;
    message.verified = true;
    message.unread = true;
    message.reply = "01J8";
    message.expires = noon + hours(1);
    message.path = Path{"direct", 12};
    return message;
}

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
    EXPECT_EQ(to_json(full_message()),
              R"({"v":1,"type":"message","id":"01J9ABCDEFGHJKMNPQRSTVWXYZ","cursor":"e1.4711",)"
              R"("chat":"u:7q2m","from":"u:7q2m","name":"Bob","tag":"7q2m","dir":"in",)"
              R"("time":"2026-11-22T15:04:05.120Z","received":"2026-11-22T15:04:05.150Z",)"
              R"("text":"hi","state":"received","verified":true,"unread":true,"reply":"01J8",)"
              R"("expires":"2026-11-22T16:04:05.120Z","path":{"kind":"direct","rtt_ms":12}})");
}

TEST(Codec, EveryObjectComesBack) {
    expect_round_trip(full_message());
    expect_round_trip(Message{});
    expect_round_trip(Receipt{"01J9", {}, MessageState::Read, "phone", noon});
    expect_round_trip(Trace{
        "01J9", "u:a", "Bob", MessageState::Queued, {{noon, "direct", "d:1", "timeout"}}, noon});
    expect_round_trip(Gap{"u:a", "u:b", "laptop", 3, "healed"});
    expect_round_trip(Identity{"u:a", "Alice", "kith1q", "7x9r", "laptop", "KITH-SECRET-1", true});
    Contact contact;
    contact.state = ContactState::Blocked;
    contact.text = "hello, it is me";
    contact.devices = 2;
    expect_round_trip(contact);
    expect_round_trip(
        Verification{"u:a", "Bob", "03913 85410", "KITH:V/1", VerificationState::Invited});
    Invite invite;
    invite.id = "i:5f";
    invite.is_private = true;
    invite.nodes = {"203.0.113.7:4222"};
    expect_round_trip(invite);
    expect_round_trip(
        Network{NetworkState::Online, "home", true, 14, "direct", "203.0.113.7:4222", 210});
    expect_round_trip(NodePeer{"n:1", "Bob", "203.0.113.9:4222", "contact", 31, true, noon});
    expect_round_trip(Traffic{"dht", "day", 812345, 903221, 5242880});
    expect_round_trip(Limit{"links.pre_auth", 64, 3});
    expect_round_trip(Presence{"u:a", "Bob", "online", Path{"direct", {}}});
    expect_round_trip(Hello{1, "0.1.0", "default", ProfileState::NotSetUp, {"events"}});
    expect_round_trip(Daemon{"running", 8121, "0.1.0", 5, 1, "ok", "/home/a", {"0.0.0.0:4222"}});
    Status status;
    status.identity = Identity{};
    status.network = Network{};
    status.waiting = {{"u:a", "Bob", 2, noon}};
    status.clock_offset_ms = -200;
    expect_round_trip(status);
    expect_round_trip(Status{});
    expect_round_trip(ConfigEntry{"mailbox.quota", "1G", "1G", "default", true, {}});
    expect_round_trip(Notice{"clock", "warning", "off", "set it"});
    expect_round_trip(Version{"0.1.0", 1, {1}, {{"libsodium", "1.0.18"}}});
    expect_round_trip(Subscription{1, "e1.4", 7});
    expect_round_trip(Consumer{"bot", "e1.4", 3, noon});
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
