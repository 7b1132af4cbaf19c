// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/line_chat.h"

#include "cli/clock.h"
#include "cli/render.h"
#include "core/api/method.h"
#include "core/base/limits.h"
#include "core/base/nearest.h"
#include "core/base/utf8.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <charconv>

namespace kith::cli {
namespace {

constexpr std::uint64_t recent = 20;

constexpr std::array<std::string_view, 7> slash_commands{
    "help", "history", "msg", "verify", "who", "status", "quit"};

constexpr std::string_view slash_help =
    "/history [N]   the last N messages\n"
    "/msg ID        the way of one message\n"
    "/verify        the safety number\n"
    "/who           who this is\n"
    "/status        the network\n"
    "/quit          end the chat; the daemon goes on\n"
    "//text         a message that begins with /";

std::string failure_line(const api::Failure& failure) {
    std::string line = "not sent: " + one_line(failure.message);
    if (!failure.hint.empty()) line += " (" + one_line(failure.hint) + ")";
    return line;
}

}  // namespace

void LineChat::say(std::string_view line) {
    context_.out().line(line);
    context_.out().flush();
}

void LineChat::prompt() {
    if (!context_.out().on_terminal() || ::isatty(STDIN_FILENO) == 0) return;
    context_.out().drawing("> ");
    context_.out().flush();
}

api::Outcome<> LineChat::run() {
    api::EventsSubscribe subscribe;
    subscribe.types = {"message", "receipt", "presence", "contact", "gap"};
    subscribe.window = 0;
    KITH_CHECK(context_.call(subscribe));
    say(fmt::format("chat with {} ({}). /help for commands",
                    shown_name(contact_),
                    contact_.verified ? "verified" : "not verified"));
    KITH_CHECK(show_recent(recent));
    KITH_TRY(ApiClient* const client, context_.daemon());
    return loop(*client);
}

api::Outcome<> LineChat::show_recent(std::uint64_t count) {
    api::MessageHistory query;
    query.chat = contact_.id;
    query.limit = count;
    KITH_TRY(const auto messages, context_.call(query));
    context_.out().objects(messages);
    if (!context_.out().json()) {
        context_.out().lines(conversation(messages, context_.out().ascii()));
    }
    KITH_CHECK(context_.out().written());
    if (messages.empty()) return {};
    KITH_CHECK(context_.call(api::MessageRead{contact_.id, messages.back().id}));
    return {};
}

api::Outcome<> LineChat::loop(ApiClient& client) {
    api::LineSplitter lines;
    std::array<char, 4096> buffer{};
    prompt();
    for (;;) {
        std::array<pollfd, 2> ready{{{STDIN_FILENO, POLLIN, 0}, {client.descriptor(), POLLIN, 0}}};
        if (!client.has_item() && ::poll(ready.data(), ready.size(), -1) < 0) continue;
        if (client.has_item() || ready[1].revents != 0) {
            KITH_TRY(const auto streamed, client.next(Duration::zero()));
            if (streamed) {
                // Types that only a newer daemon knows are left out.
                const auto event = api::decode_event(streamed->item.event);
                if (event) KITH_CHECK(take_event(*event));
            }
        }
        if (ready[0].revents == 0) continue;
        const auto count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count <= 0) return {};
        lines.append({buffer.data(), static_cast<std::size_t>(count)});
        while (const auto line = lines.next()) {
            KITH_TRY(const bool more, take_line(*line));
            if (!more) return {};
            prompt();
        }
    }
}

api::Outcome<bool> LineChat::take_line(std::string_view line) {
    if (line.starts_with("//")) {
        KITH_CHECK(send(line.substr(1)));
        return true;
    }
    if (line.starts_with('/')) return take_command(line.substr(1));
    KITH_CHECK(send(line));
    return true;
}

api::Outcome<bool> LineChat::take_command(std::string_view command) {
    const std::string_view word = command.substr(0, command.find(' '));
    const std::string_view rest =
        word.size() < command.size() ? command.substr(word.size() + 1) : "";
    if (word == "quit") return false;
    if (word == "help") {
        say(slash_help);
    } else if (word == "history") {
        std::uint64_t count = recent;
        std::from_chars(rest.data(), rest.data() + rest.size(), count);
        KITH_CHECK(show_recent(std::min<std::uint64_t>(std::max<std::uint64_t>(count, 1), 500)));
    } else if (word == "msg") {
        const auto trace = context_.call(api::MessageTrace{std::string(rest)});
        if (!trace) {
            say(one_line(trace.error().message));
            return true;
        }
        for (const api::TraceStep& step : trace->steps) {
            say(fmt::format("{} {} {} {}",
                            local_time(step.time),
                            one_line(step.step),
                            one_line(step.to.value_or("")),
                            one_line(step.result.value_or(""))));
        }
    } else if (word == "verify") {
        KITH_CHECK(show_safety_number());
    } else if (word == "who") {
        say(fmt::format("{}  {}", shown_name(contact_), one_line(contact_.address.value_or(""))));
    } else if (word == "status") {
        KITH_CHECK(show_status());
    } else {
        const auto meant = nearest(word, slash_commands);
        say(fmt::format("there is no /{}{}",
                        one_line(word),
                        meant ? fmt::format("; did you mean /{}?", *meant) : ""));
    }
    return true;
}

api::Outcome<> LineChat::send(std::string_view text) {
    if (text.size() > limits::text || !is_valid_utf8(text)) {
        say("not sent: a message is at most 60,000 bytes of UTF-8");
        return {};
    }
    api::MessageSend message;
    message.to = contact_.id;
    message.text = text;
    const auto sent = context_.call(message);
    if (sent) {
        context_.out().object(*sent);
        return {};
    }
    // What concerns this message is said; what concerns the daemon ends the chat.
    if (sent.error().exit == 3) return tl::unexpected(sent.error());
    say(failure_line(sent.error()));
    return {};
}

api::Outcome<> LineChat::take_event(const api::Event& event) {
    Output& out = context_.out();
    if (const auto* message = std::get_if<api::Message>(&event)) {
        if (message->dir != api::Direction::In) return {};
        out.object(*message);
        if (message->chat == contact_.id) {
            say(message_line(*message, 0, out.ascii()));
            KITH_CHECK(out.written());
            KITH_CHECK(context_.call(api::MessageRead{contact_.id, message->id}));
        } else {
            say(fmt::format("({} writes in another chat)", shown_name(*message)));
        }
    } else if (const auto* receipt = std::get_if<api::Receipt>(&event)) {
        if (receipt->chat && *receipt->chat != contact_.id) return {};
        out.object(*receipt);
        say(fmt::format("{} {}", to_string(receipt->state), one_line(receipt->id)));
    } else if (const auto* presence = std::get_if<api::Presence>(&event)) {
        if (presence->id != contact_.id) return {};
        out.object(*presence);
        say(fmt::format("({} is {})", shown_name(contact_), one_line(presence->state)));
    } else if (const auto* contact = std::get_if<api::Contact>(&event)) {
        if (contact->id != contact_.id) return {};
        contact_ = *contact;
        out.object(*contact);
    } else if (const auto* gap = std::get_if<api::Gap>(&event)) {
        if (gap->chat != contact_.id) return {};
        out.object(*gap);
        say(fmt::format("({} messages are missing: {})", gap->missing, one_line(gap->state)));
    }
    return {};
}

api::Outcome<> LineChat::show_status() {
    KITH_TRY(const api::Network network, context_.call(api::NetStatus{}));
    say(fmt::format(
        "{} {}, {} nodes", one_line(network.name), to_string(network.state), network.nodes));
    return {};
}

api::Outcome<> LineChat::show_safety_number() {
    KITH_TRY(const api::Verification safety, context_.call(api::VerifyShow{contact_.id}));
    say(one_line(safety.safety_number));
    say(fmt::format("compare it by voice, then: kith verify {} --matches NUMBER",
                    one_line(contact_.name)));
    return {};
}

}  // namespace kith::cli
