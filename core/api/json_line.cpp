// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/json_line.h"

namespace kith::api {
namespace {

// Ids of calls are ours to echo: long ones would only cost.
constexpr std::size_t max_id = 64;

Outcome<std::string> call_id(Value request) {
    const Value id = request["id"];
    const auto text = id.text();
    const bool fits = text ? text->size() <= max_id : id.integer().has_value();
    if (!fits && !id.unsigned_number()) {
        return failure(Problem::Request, "\"id\" must be a whole number or a short text");
    }
    return id.dump();
}

Failure read_failure(Value error) {
    Failure out(Problem::Internal);
    const Value data = error["data"];
    if (const auto code = data["code"].text()) out.code = *code;
    if (const auto exit = data["exit"].integer(); exit && *exit > 0 && *exit < 128) {
        out.exit = static_cast<int>(*exit);
    }
    if (const auto message = error["message"].text()) out.message = *message;
    if (const auto hint = data["hint"].text()) out.hint = *hint;
    if (const auto number = error["code"].integer(); number && *number < 0 && *number > -100000) {
        out.rpc = static_cast<int>(*number);
    }
    for (const Element fact : data["facts"]) {
        if (const auto text = fact.value.text()) out.facts.emplace_back(*text);
    }
    return out;
}

}  // namespace

void LineSplitter::append(std::string_view bytes) {
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    buffer_ += bytes;
}

std::optional<std::string_view> LineSplitter::next() {
    for (;;) {
        const std::size_t end = buffer_.find('\n', scanned_);
        if (end == std::string::npos) {
            scanned_ = buffer_.size();
            return std::nullopt;
        }
        const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
        if (line.size() > limits::api_line) return std::nullopt;
        begin_ = scanned_ = end + 1;
        if (!line.empty()) return line;
    }
}

bool LineSplitter::overflowed() const {
    const std::size_t end = buffer_.find('\n', begin_);
    const std::size_t last = end == std::string::npos ? buffer_.size() : end;
    return last - begin_ > limits::api_line;
}

tl::expected<Request, BadRequest> parse_request(std::string_view line) {
    auto document = Document::parse(line);
    if (!document) {
        BadRequest bad{"null", Failure(Problem::Parse)};
        bad.failure.facts.push_back(document.error().context);
        return tl::unexpected(std::move(bad));
    }
    const Value root = document->root();
    const auto id = call_id(root);
    if (!id) return tl::unexpected(BadRequest{"null", id.error()});
    const auto method = root["method"].text();
    if (root["jsonrpc"].text() != "2.0" || !method) {
        Failure wrong(Problem::Request, "\"jsonrpc\":\"2.0\" and \"method\" are wanted");
        return tl::unexpected(BadRequest{*id, std::move(wrong)});
    }
    std::string name(*method);
    const Value parameters = root["params"];
    return Request{*id, std::move(name), *std::move(document), parameters};
}

Outcome<Incoming> parse_incoming(std::string_view line) {
    const auto unknown = [] {
        return failure(Problem::VersionClash, "kithd answered something this kith does not know");
    };
    auto document = Document::parse(line);
    if (!document || !document->root().is_object()) return unknown();
    Incoming incoming{*std::move(document), {}, {}, {}, {}};
    const Value root = incoming.document.root();
    if (root["method"].text() == "event") {
        const Value parameters = root["params"];
        const auto subscription = parameters["subscription"].unsigned_number();
        if (!subscription) return unknown();
        StreamItem item{*subscription, {}, parameters["event"]};
        if (const auto cursor = parameters["cursor"].text()) item.cursor = *cursor;
        incoming.item = std::move(item);
        return incoming;
    }
    incoming.id = root["id"].unsigned_number();
    incoming.result = root["result"];
    if (const Value error = root["error"]) {
        incoming.failure = read_failure(error);
    } else if (!incoming.id || !incoming.result) {
        return unknown();
    }
    return incoming;
}

namespace detail {

void begin_request(Writer& out, std::uint64_t id, std::string_view method) {
    out.begin_object();
    out.name("jsonrpc");
    out.text("2.0");
    out.name("id");
    out.unsigned_number(id);
    out.name("method");
    out.text(method);
    out.name("params");
}

void begin_answer(Writer& out, std::string_view id) {
    out.begin_object();
    out.name("jsonrpc");
    out.text("2.0");
    out.name("id");
    out.raw(id);
    out.name("result");
}

void finish(Writer& out) {
    out.end_object();
    out.out().push_back('\n');
}

void append_pieces(std::string& out,
                   std::string_view id,
                   const std::vector<std::string>& pieces,
                   Keep keep) {
    Writer writer(out);
    begin_answer(writer, id);
    writer.begin_array();
    const std::size_t count = pieces.size();
    for (std::size_t i = 0; i < count; ++i)
        writer.raw(pieces[keep == Keep::First ? i : count - 1 - i]);
    writer.end_array();
    finish(writer);
}

}  // namespace detail

void append_failure(std::string& out, std::string_view id, const Failure& failure) {
    Writer writer(out);
    writer.begin_object();
    writer.name("jsonrpc");
    writer.text("2.0");
    writer.name("id");
    writer.raw(id);
    writer.name("error");
    writer.begin_object();
    writer.name("code");
    writer.integer(failure.rpc);
    writer.name("message");
    writer.text(failure.message);
    writer.name("data");
    writer.begin_object();
    writer.name("code");
    writer.text(failure.code);
    writer.name("exit");
    writer.integer(failure.exit);
    if (!failure.facts.empty()) {
        writer.name("facts");
        writer.begin_array();
        for (const std::string& fact : failure.facts)
            writer.text(fact);
        writer.end_array();
    }
    if (!failure.hint.empty()) {
        writer.name("hint");
        writer.text(failure.hint);
    }
    writer.end_object();
    writer.end_object();
    detail::finish(writer);
}

void append_event(std::string& out,
                  std::uint64_t subscription,
                  const std::optional<std::string>& cursor,
                  std::string_view event) {
    Writer writer(out);
    writer.begin_object();
    writer.name("jsonrpc");
    writer.text("2.0");
    writer.name("method");
    writer.text("event");
    writer.name("params");
    writer.begin_object();
    writer.name("subscription");
    writer.unsigned_number(subscription);
    if (cursor) {
        writer.name("cursor");
        writer.text(*cursor);
    }
    writer.name("event");
    writer.raw(event);
    writer.end_object();
    detail::finish(writer);
}

}  // namespace kith::api
