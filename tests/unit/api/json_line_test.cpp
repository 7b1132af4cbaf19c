// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/json_line.h"

#include <gtest/gtest.h>

namespace kith::api {
namespace {

std::string_view without_newline(std::string_view line) {
    EXPECT_TRUE(line.ends_with('\n'));
    line.remove_suffix(1);
    EXPECT_EQ(line.find('\n'), std::string_view::npos);
    return line;
}

TEST(LineSplitter, GivesWholeLinesHoweverTheyArrive) {
    LineSplitter lines;
    const std::string_view stream = "{\"a\":1}\n\n{}\nrest";
    std::vector<std::string> seen;
    for (const char byte : stream) {
        lines.append(std::string_view(&byte, 1));
        while (const auto line = lines.next())
            seen.emplace_back(*line);
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"{\"a\":1}", "{}"}));
    lines.append("\nx\n");
    EXPECT_EQ(lines.next(), "rest");
    EXPECT_EQ(lines.next(), "x");
    EXPECT_EQ(lines.next(), std::nullopt);
}

TEST(LineSplitter, NoticesALineThatIsTooLong) {
    LineSplitter lines;
    lines.append(std::string(limits::api_line, 'a'));
    EXPECT_FALSE(lines.overflowed());
    EXPECT_EQ(lines.next(), std::nullopt);
    lines.append("a");
    EXPECT_TRUE(lines.overflowed());
    lines.append("\n{}\n");
    EXPECT_EQ(lines.next(), std::nullopt);
    EXPECT_TRUE(lines.overflowed());
}

TEST(LineSplitter, GivesTheLinesBeforeTheOneThatIsTooLong) {
    LineSplitter lines;
    lines.append("{}\n" + std::string(limits::api_line + 1, 'a') + "\n");
    EXPECT_EQ(lines.next(), "{}");
    EXPECT_EQ(lines.next(), std::nullopt);
    EXPECT_TRUE(lines.overflowed());
}

TEST(JsonLine, RequestsArriveAsTheyWereSent) {
    MessageSend send;
    send.to = "Борис";
    send.text = "a\nb\x1b\"\u202e";
    send.id = "01J9ABCDEFGHJKMNPQRSTVWXYZ";
    std::string line;
    append_request(line, 7, send);
    const auto request = parse_request(without_newline(line));
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->id, "7");
    EXPECT_EQ(request->method, "message.send");
    const auto read = request->as<MessageSend>();
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->to, send.to);
    EXPECT_EQ(read->text, send.text);
    EXPECT_EQ(read->id, send.id);
    EXPECT_EQ(read->reply, std::nullopt);
}

TEST(JsonLine, WritesTheFormOfTheSpecification) {
    std::string line;
    append_request(line, 1, MessageRead{"bob", "01J9"});
    EXPECT_EQ(line,
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"message.read\","
              "\"params\":{\"chat\":\"bob\",\"up_to\":\"01J9\"}}\n");
    line.clear();
    append_answer(line, "\"a\"", Nothing{});
    EXPECT_EQ(line, "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{}}\n");
    line.clear();
    append_answer(line, "2", std::vector<Limit>{{"a", 1, {}}});
    EXPECT_EQ(line,
              "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":"
              "[{\"v\":1,\"type\":\"limit\",\"name\":\"a\",\"value\":1}]}\n");
    line.clear();
    append_failure(line, "3", Failure(Problem::NoContact, "no \"bbo\"", "kith contacts"));
    EXPECT_EQ(line,
              "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32005,"
              "\"message\":\"no \\\"bbo\\\"\",\"data\":{\"code\":\"no-contact\",\"exit\":5,"
              "\"hint\":\"kith contacts\"}}}\n");
    line.clear();
    append_event(line, 1, "e1.4711", to_json(Gap{"u:a", {}, {}, 2, "asking"}));
    EXPECT_EQ(line,
              "{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{\"subscription\":1,"
              "\"cursor\":\"e1.4711\",\"event\":{\"v\":1,\"type\":\"gap\",\"chat\":\"u:a\","
              "\"missing\":2,\"state\":\"asking\"}}}\n");
}

TEST(JsonLine, AMethodWithoutParametersMayLeaveThemOut) {
    const auto request = parse_request(R"({"jsonrpc":"2.0","id":"x","method":"net.status"})");
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->id, "\"x\"");
    EXPECT_TRUE(request->as<NetStatus>().has_value());
    const auto missing = request->as<NetPing>();
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().message, "\"who\" is missing");
}

TEST(JsonLine, SaysWhatIsWrongWithAParameter) {
    const auto complaint = [](std::string_view parameters) {
        const std::string line = R"({"jsonrpc":"2.0","id":1,"method":"message.wait","params":)" +
                                 std::string(parameters) + "}";
        const auto request = parse_request(line);
        EXPECT_TRUE(request.has_value()) << parameters;
        const auto read = request->as<MessageWait>();
        if (read) return std::string("nothing");
        EXPECT_EQ(read.error().rpc, -32602);
        return read.error().message;
    };
    EXPECT_EQ(complaint("{}"), "\"id\" is missing");
    EXPECT_EQ(complaint(R"({"id":null})"), "\"id\" is missing");
    EXPECT_EQ(complaint(R"({"id":5})"), "\"id\" must be a text");
    EXPECT_EQ(complaint(R"({"id":"a","timeout_ms":-1})"),
              "\"timeout_ms\" must be a whole number from 0");
    EXPECT_EQ(complaint(R"({"id":"a","state":"reed"})"),
              "\"state\" has a value that is not allowed here");
    EXPECT_EQ(complaint(R"({"id":"a","timeout":5})"), "unknown parameter \"timeout\"");
    EXPECT_EQ(complaint(R"({"id":"a","id":"b"})"), "a parameter is given twice");
    EXPECT_EQ(complaint("[]"), "an object was expected");
}

TEST(JsonLine, RefusesWhatIsNoRequest) {
    const auto number = [](std::string_view line) {
        const auto request = parse_request(line);
        EXPECT_FALSE(request.has_value()) << line;
        return request ? 0 : request.error().failure.rpc;
    };
    EXPECT_EQ(number("hello"), -32700);
    EXPECT_EQ(number(std::string(100, '[')), -32700);
    EXPECT_EQ(number("[]"), -32600);
    EXPECT_EQ(number("{}"), -32600);
    EXPECT_EQ(number(R"({"jsonrpc":"2.0","id":1})"), -32600);
    EXPECT_EQ(number(R"({"id":1,"method":"net.status"})"), -32600);
    EXPECT_EQ(number(R"({"jsonrpc":"2.0","method":"net.status"})"), -32600);
    EXPECT_EQ(number(R"({"jsonrpc":"2.0","id":{},"method":"net.status"})"), -32600);
    EXPECT_EQ(number(R"({"jsonrpc":"2.0","id":1.5,"method":"net.status"})"), -32600);
    EXPECT_EQ(number(R"([{"jsonrpc":"2.0","id":1,"method":"net.status"}])"), -32600);
    const auto with_id = parse_request(R"({"id":9})");
    EXPECT_EQ(with_id.error().id, "9");
}

TEST(JsonLine, AnswersArriveAsTheyWereWritten) {
    Contact contact;
    contact.id = "u:7q2m";
    contact.name = "Bob";
    contact.tag = "7q2m";
    contact.state = ContactState::PendingIn;
    contact.last_seen = from_unix_millis(1795359845120);
    std::string line;
    append_answer(line, "4", std::vector<Contact>{contact, contact});
    const auto incoming = parse_incoming(without_newline(line));
    ASSERT_TRUE(incoming.has_value());
    EXPECT_EQ(incoming->id, 4U);
    EXPECT_FALSE(incoming->failure);
    const auto read = decode<std::vector<Contact>>(incoming->result);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, (std::vector<Contact>{contact, contact}));
}

TEST(JsonLine, FailuresArriveAsTheyWereWritten) {
    Failure failure(Problem::KeyChanged, "Bob's key has changed", "kith verify bob");
    failure.facts = {"normal if he started anew", "also what an attacker would cause"};
    std::string line;
    append_failure(line, "4", failure);
    const auto incoming = parse_incoming(without_newline(line));
    ASSERT_TRUE(incoming.has_value());
    EXPECT_EQ(incoming->failure, failure);
}

TEST(JsonLine, FailuresOfANewerDaemonKeepTheirCodeAndExit) {
    const auto incoming = parse_incoming(
        R"({"jsonrpc":"2.0","id":1,"error":{"code":-32011,"message":"m","data":{"code":"moon","exit":11}}})");
    ASSERT_TRUE(incoming.has_value());
    ASSERT_TRUE(incoming->failure);
    EXPECT_EQ(incoming->failure->code, "moon");
    EXPECT_EQ(incoming->failure->exit, 11);
}

TEST(JsonLine, EventsArriveAsTheyWereWritten) {
    const Receipt receipt{"01J9", "u:7q2m", MessageState::Delivered, "phone", from_unix_millis(5)};
    std::string line;
    append_event(line, 3, "e1.9", to_json(Event(receipt)));
    const auto incoming = parse_incoming(without_newline(line));
    ASSERT_TRUE(incoming.has_value());
    ASSERT_TRUE(incoming->item);
    EXPECT_EQ(incoming->item->subscription, 3U);
    EXPECT_EQ(incoming->item->cursor, "e1.9");
    const auto event = decode_event(incoming->item->event);
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(type_of(*event), "receipt");
    EXPECT_EQ(std::get<Receipt>(*event), receipt);
}

TEST(JsonLine, AnythingElseFromTheDaemonIsAVersionClash) {
    for (const std::string_view line :
         {"", "x", "[]", "{}", R"({"id":1})", R"({"method":"event","params":{}})"}) {
        const auto incoming = parse_incoming(line);
        ASSERT_FALSE(incoming.has_value()) << line;
        EXPECT_TRUE(incoming.error().is(Problem::VersionClash)) << line;
    }
}

std::vector<Message> messages_of(std::size_t count, std::size_t size) {
    std::vector<Message> list(count);
    for (std::size_t i = 0; i < count; ++i) {
        list[i].id = std::to_string(i);
        list[i].text = std::string(size, '\x01');  // six bytes each when escaped
    }
    return list;
}

std::vector<std::string> ids_in(std::string_view line) {
    const auto incoming = parse_incoming(without_newline(line));
    EXPECT_TRUE(incoming.has_value());
    const auto read = decode<std::vector<Message>>(incoming->result);
    EXPECT_TRUE(read.has_value());
    std::vector<std::string> ids;
    for (const Message& message : *read)
        ids.push_back(message.id);
    return ids;
}

TEST(JsonLine, APageIsCutAtOneLine) {
    const auto list = messages_of(5, limits::text);
    std::string line;
    append_page(line, "1", list, Keep::Last);
    EXPECT_LE(line.size(), limits::api_line);
    EXPECT_EQ(ids_in(line), (std::vector<std::string>{"3", "4"}));
    line.clear();
    append_page(line, "1", list, Keep::First);
    EXPECT_EQ(ids_in(line), (std::vector<std::string>{"0", "1"}));
    line.clear();
    append_page(line, "1", messages_of(3, 10), Keep::Last);
    EXPECT_EQ(ids_in(line), (std::vector<std::string>{"0", "1", "2"}));
}

}  // namespace
}  // namespace kith::api
