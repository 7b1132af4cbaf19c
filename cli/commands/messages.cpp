// SPDX-License-Identifier: GPL-3.0-or-later
// send, inbox and history.
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/render.h"
#include "cli/text_file.h"
#include "core/api/method.h"
#include "core/api/time_text.h"
#include "core/base/duration_text.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::MessageState;
using api::Problem;

constexpr std::uint64_t page_size = 500;
// The daemon answers `message.wait` at its own deadline; this is for a daemon that does not.
constexpr Duration grace = seconds(2);

tl::unexpected<api::Failure> too_long(std::string_view size) {
    return failure(Problem::TextTooLong,
                   fmt::format("the text has {} bytes; the limit is {}", size, limits::text),
                   "send it in parts");
}

// TEXT as words, from the standard input with "-", or when there is no TEXT and no terminal.
api::Outcome<std::string> typed_text(Context& context, const Arguments& arguments) {
    const auto& words = arguments.all("TEXT");
    std::string text;
    if (words == std::vector<std::string>{"-"} || (words.empty() && ::isatty(STDIN_FILENO) == 0)) {
        auto read = read_all(STDIN_FILENO, limits::text + 1);
        if (!read) return too_long("more");
        text = *std::move(read);
        if (text.ends_with('\n')) text.pop_back();
    } else if (words.empty()) {
        KITH_TRY(text, context.ask().ask("message:", "kith send WHO TEXT"));
    } else {
        text = fmt::format("{}", fmt::join(words, " "));
    }
    if (text.empty()) return failure(Problem::Usage, "there is no text to send");
    if (text.size() > limits::text) return too_long(std::to_string(text.size()));
    if (!is_valid_utf8(text)) return failure(Problem::Usage, "the text is not valid UTF-8");
    return text;
}

api::Outcome<MessageState> state_to_wait_for(const std::string& name) {
    for (const MessageState state :
         {MessageState::Sent, MessageState::Stored, MessageState::Delivered, MessageState::Read}) {
        if (to_string(state) == name) return state;
    }
    return failure(Problem::Usage,
                   fmt::format("\"{}\" is nothing to wait for", name),
                   "--wait sent, stored, delivered or read");
}

std::string who_is_away(Context& context, const api::Message& message) {
    const auto contact = context.call(api::ContactShow{message.chat});
    if (!contact) return "no answer in time";
    const std::string name = shown_name(*contact);
    if (contact->online.value_or(false)) return fmt::format("{} has not answered in time", name);
    if (!contact->last_seen) return fmt::format("{} has not been seen yet", name);
    return fmt::format("{} has been offline for {}", name, ago(*contact->last_seen, wall_now()));
}

// The time is up, or the message can no longer get there; the facts say where it is.
api::Failure not_there_yet(Context& context, const api::Message& message, MessageState wanted) {
    const auto trace = context.call(api::MessageTrace{message.id});
    const MessageState now = trace ? trace->state : MessageState::Queued;
    api::Failure out(Problem::NotDelivered, {}, fmt::format("kith msg show {}", message.id));
    if (now == MessageState::Failed || now == MessageState::Expired) {
        out.message = fmt::format("not delivered: it has {}", to_string(now));
        return out;
    }
    out.message = fmt::format("not {} yet: {}", to_string(wanted), who_is_away(context, message));
    out.facts.emplace_back(now == MessageState::Queued
                               ? "it is safe on this disk and goes out as soon as that is possible"
                               : fmt::format("it is {}", to_string(now)));
    return out;
}

api::Outcome<> wait_for(Context& context, const api::Message& message, MessageState state) {
    const Duration timeout = context.globals().timeout;
    api::MessageWait wait;
    wait.id = message.id;
    wait.state = state;
    wait.timeout_ms =
        static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(timeout).count());
    const SteadyTime begin = steady_now();
    const auto receipt = context.call(wait, timeout + grace);
    if (!receipt && !receipt.error().is(Problem::Timeout)) {
        return tl::unexpected(receipt.error());
    }
    if (!receipt || receipt->state == MessageState::Failed ||
        receipt->state == MessageState::Expired) {
        return tl::unexpected(not_there_yet(context, message, state));
    }
    context.out().object(*receipt);
    const std::string device = receipt->device ? " to " + one_line(*receipt->device) : "";
    context.out().note(fmt::format(
        "{}{} after {}", to_string(receipt->state), device, to_words(steady_now() - begin)));
    return {};
}

std::string unread_line(const api::Message& message, bool ascii) {
    return indented(
        fmt::format(
            "{} {}  {}  ", local_date(message.time), local_time(message.time), shown_name(message)),
        message.text,
        ascii);
}

// A chat is read up to its newest unread message.
api::Outcome<> mark_read(Context& context, const std::vector<api::Message>& newest_first) {
    std::vector<std::string> done;
    for (const api::Message& message : newest_first) {
        if (std::ranges::find(done, message.chat) != done.end()) continue;
        KITH_CHECK(context.call(api::MessageRead{message.chat, message.id}));
        done.push_back(message.chat);
    }
    return {};
}

api::Outcome<> follow(Context& context, bool read) {
    KITH_TRY(ApiClient* const client, context.daemon());
    for (;;) {
        KITH_TRY(const auto streamed, client->next(hours(1)));
        if (!streamed) continue;
        const auto event = api::decode_event(streamed->item.event);
        const auto* message = event ? std::get_if<api::Message>(&*event) : nullptr;
        if (message == nullptr || message->dir != api::Direction::In) continue;
        context.out().object(*message);
        context.out().line(unread_line(*message, context.out().ascii()));
        KITH_CHECK(context.out().written());
        if (read) KITH_CHECK(context.call(api::MessageRead{message->chat, message->id}));
    }
}

api::Outcome<std::optional<Timestamp>> since(const std::string& text) {
    if (text.empty()) return std::optional<Timestamp>();
    if (const auto age = parse_duration(text)) return std::optional(wall_now() - *age);
    if (const auto time = api::parse_rfc3339(text)) return std::optional(*time);
    return failure(Problem::Usage,
                   fmt::format("\"{}\" is neither a duration nor a time", text),
                   "--since 2h   or: --since 2026-11-22T15:04:05Z");
}

api::Outcome<std::uint64_t> limit(const std::string& text) {
    if (text.empty()) return 50;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size() && value > 0) return value;
    return failure(Problem::Usage, fmt::format("\"{}\" is no number of messages", text));
}

}  // namespace

api::Outcome<> send(Context& context, const Arguments& arguments) {
    std::optional<MessageState> wanted;
    if (arguments.has("--wait")) {
        KITH_TRY(wanted, state_to_wait_for(arguments.get("--wait")));
    }
    api::MessageSend message;
    message.to = arguments.get("WHO");
    KITH_TRY(message.text, typed_text(context, arguments));
    if (arguments.has("--reply")) message.reply = arguments.get("--reply");
    KITH_TRY(const api::Message sent, context.call(message));
    context.out().object(sent);
    context.out().line(sent.id);
    context.out().flush();
    return wanted ? wait_for(context, sent, *wanted) : api::Outcome<>();
}

api::Outcome<> inbox(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const bool following = arguments.has("--follow");
    if (following) {
        // Before the list is asked for: what comes in between is shown twice rather than never.
        api::EventsSubscribe subscribe;
        subscribe.types = {"message"};
        subscribe.window = 0;
        KITH_CHECK(context.call(subscribe));
    }
    std::vector<api::Message> unread;
    api::MessageUnread query;
    query.limit = page_size;
    for (;;) {
        KITH_TRY(auto page, context.call(query));
        if (page.empty()) break;
        query.after = page.back().id;
        std::ranges::move(page, std::back_inserter(unread));
    }
    out.objects(unread);
    for (const api::Message& message : unread)
        out.line(unread_line(message, out.ascii()));
    KITH_CHECK(out.written());
    if (arguments.has("--mark-read")) KITH_CHECK(mark_read(context, unread));
    if (following) return follow(context, arguments.has("--mark-read"));
    if (unread.empty()) out.note("nothing unread");
    return {};
}

api::Outcome<> history(Context& context, const Arguments& arguments) {
    KITH_TRY(std::uint64_t left, limit(arguments.get("--limit")));
    api::MessageHistory query;
    query.chat = arguments.get("WHO");
    KITH_TRY(query.since, since(arguments.get("--since")));
    std::vector<api::Message> messages;  // newest first while pages come
    while (left > 0) {
        query.limit = std::min(left, page_size);
        KITH_TRY(auto page, context.call(query));
        if (page.empty()) break;
        left -= std::min<std::uint64_t>(left, page.size());
        query.before = page.front().id;
        std::ranges::move(page.rbegin(), page.rend(), std::back_inserter(messages));
    }
    std::ranges::reverse(messages);
    context.out().objects(messages);
    if (!context.out().json()) {
        context.out().lines(conversation(messages, context.out().ascii()));
        if (messages.empty()) context.out().note("no messages");
    }
    return {};
}

}  // namespace kith::cli::commands
