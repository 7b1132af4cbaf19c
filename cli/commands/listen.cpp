// SPDX-License-Identifier: GPL-3.0-or-later
// listen and ack: the stream of events for scripts, at least once.
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/render.h"
#include "cli/run_program.h"
#include "core/api/method.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <iterator>
#include <map>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::Problem;

constexpr int most_tries = 5;

/// An event that was handed on and is not acknowledged.
struct Handed {
    std::string cursor;
    std::string chat;  // of an incoming message; else empty
    std::string id;
};

struct Listening {
    std::string consumer;  // empty: anonymous
    bool acknowledge = false;
    std::vector<std::string> program;  // empty: events go to the standard output
    std::deque<Handed> handed;         // oldest first
};

api::Outcome<std::vector<std::string>> chosen_types(const std::string& list) {
    std::vector<std::string> types;
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        types.push_back(list.substr(at, end - at));
        if (!api::is_event_type(types.back())) {
            return failure(Problem::Usage,
                           fmt::format("\"{}\" is no type of event", types.back()),
                           "kith help listen");
        }
        at = end + 1;
    }
    return types;
}

api::Outcome<> list_consumers(Context& context) {
    KITH_TRY(const auto consumers, context.call(api::EventsConsumers{}));
    context.out().objects(consumers);
    std::vector<std::vector<std::string>> rows;
    rows.reserve(consumers.size());
    for (const api::Consumer& consumer : consumers) {
        rows.push_back({one_line(consumer.name),
                        one_line(consumer.cursor),
                        fmt::format("{} behind", consumer.behind),
                        consumer.seen ? "seen " + ago(*consumer.seen, wall_now()) : ""});
    }
    context.out().lines(table(rows));
    if (rows.empty()) context.out().note("no consumers");
    return {};
}

std::string text_of(api::Value value, std::string_view name) {
    return std::string(value[name].text().value_or(""));
}

void note_handed(Listening& wanted, const Streamed& streamed) {
    // Beyond it the daemon has stopped: an acknowledgement that never comes.
    constexpr std::size_t most_handed = 4096;
    if (!wanted.acknowledge || !streamed.item.cursor) return;
    const api::Value event = streamed.item.event;
    Handed handed{*streamed.item.cursor, {}, {}};
    if (text_of(event, "type") == "message" && text_of(event, "dir") == "in") {
        handed.chat = text_of(event, "chat");
        handed.id = text_of(event, "id");
    }
    wanted.handed.push_back(std::move(handed));
    if (wanted.handed.size() > most_handed) wanted.handed.pop_front();
}

// What was acknowledged was read: the newest message of each chat stands for all before it.
api::Outcome<> mark_read(Context& context, Listening& wanted, const std::string& cursor) {
    const auto last = std::ranges::find(wanted.handed, cursor, &Handed::cursor);
    if (last == wanted.handed.end()) return {};
    std::map<std::string, std::string> newest;
    for (auto it = wanted.handed.begin(); it != std::next(last); ++it) {
        if (!it->chat.empty()) newest.insert_or_assign(it->chat, it->id);
    }
    wanted.handed.erase(wanted.handed.begin(), std::next(last));
    for (const auto& [chat, id] : newest) {
        const auto read = context.call(api::MessageRead{chat, id});
        // Gone meanwhile: there is nothing to read any more.
        if (!read && !read.error().is(Problem::NoMessage) && !read.error().is(Problem::NoContact)) {
            return tl::unexpected(read.error());
        }
    }
    return {};
}

api::Outcome<> acknowledge(Context& context, Listening& wanted, const std::string& cursor) {
    if (!wanted.acknowledge) return {};
    KITH_CHECK(context.call(api::EventsAck{wanted.consumer, cursor}));
    return mark_read(context, wanted, cursor);
}

// Exit 0 is the acknowledgement. Else again, with growing pauses; then the event is given up with
// a notice, so that one bad event does not stop all that follow.
api::Outcome<> run_for(Context& context, Listening& wanted, const Streamed& streamed) {
    Program program;
    program.words = wanted.program;
    program.input = streamed.item.event.dump() + "\n";
    program.environment = {"KITH_ID=" + text_of(streamed.item.event, "id"),
                           "KITH_CHAT=" + text_of(streamed.item.event, "chat"),
                           "KITH_FROM=" + text_of(streamed.item.event, "from")};
    int pause_ms = 1000;
    for (int attempt = 1;; ++attempt) {
        const auto ended = run_program(program);
        const int status = ended ? ended->status : 127;
        if (status == 0) break;
        if (status == 127) {
            return failure(Problem::Usage,
                           fmt::format("\"{}\" cannot be run", wanted.program.front()),
                           "kith listen --exec PROGRAM");
        }
        if (attempt == most_tries) {
            context.out().warning(
                {"exec-failed",
                 "warning",
                 fmt::format("\"{}\" ended with {} five times; event {} is skipped",
                             wanted.program.front(),
                             status,
                             streamed.item.cursor.value_or("without cursor")),
                 {}});
            break;
        }
        ::poll(nullptr, 0, pause_ms);
        pause_ms *= 2;
    }
    if (!streamed.item.cursor) return {};
    return acknowledge(context, wanted, *streamed.item.cursor);
}

api::Outcome<> deliver(Context& context, Listening& wanted, const Streamed& streamed) {
    note_handed(wanted, streamed);
    if (!wanted.program.empty()) return run_for(context, wanted, streamed);
    context.out().json_line(streamed.item.event.dump());
    return context.out().written();
}

// Cursors, one a line, from the process that reads our output. False: it has closed them.
api::Outcome<bool> read_acks(Context& context, Listening& wanted, api::LineSplitter& lines) {
    std::array<char, 4096> buffer{};
    const auto count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count <= 0) return false;
    lines.append({buffer.data(), static_cast<std::size_t>(count)});
    std::string last;
    while (const auto line = lines.next())
        last = *line;
    // One acknowledgement covers all before it.
    if (!last.empty()) KITH_CHECK(acknowledge(context, wanted, last));
    return true;
}

api::Outcome<> pump(Context& context, Listening& wanted) {
    KITH_TRY(ApiClient* const client, context.daemon());
    api::LineSplitter lines;
    bool acks = wanted.acknowledge && wanted.program.empty();
    for (;;) {
        if (acks && !client->has_item()) {
            std::array<pollfd, 2> ready{
                {{client->descriptor(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
            ::poll(ready.data(), ready.size(), -1);
            if (ready[1].revents != 0) {
                KITH_TRY(acks, read_acks(context, wanted, lines));
                continue;  // what was ready before may have come with the answer
            }
            if (ready[0].revents == 0) continue;
        }
        KITH_TRY(const auto streamed, client->next(hours(1)));
        if (streamed) KITH_CHECK(deliver(context, wanted, *streamed));
    }
}

}  // namespace

api::Outcome<> listen(Context& context, const Arguments& arguments) {
    if (arguments.has("--forget")) {
        KITH_CHECK(context.call(api::EventsForget{arguments.get("--forget")}));
        context.out().note("forgotten");
        return {};
    }
    if (arguments.has("--consumers")) return list_consumers(context);
    Listening wanted;
    wanted.consumer = arguments.get("--as");
    wanted.acknowledge = arguments.has("--ack");
    wanted.program = split_words(arguments.get("--exec"));
    if (wanted.acknowledge && wanted.consumer.empty()) {
        return failure(Problem::Usage,
                       "--ack needs a consumer whose place is remembered",
                       "kith listen --as NAME --ack");
    }
    api::EventsSubscribe subscribe;
    KITH_TRY(subscribe.types, chosen_types(arguments.get("--types")));
    if (arguments.has("--from")) subscribe.from = arguments.get("--from");
    if (!wanted.consumer.empty()) subscribe.as = wanted.consumer;
    // Nobody could acknowledge for a stream without a name: it must not wait.
    if (wanted.consumer.empty()) subscribe.window = 0;
    KITH_TRY(const api::Subscription subscription, context.call(subscribe));
    if (subscription.behind > 0) {
        context.out().note(fmt::format("{} events were waiting", subscription.behind));
    }
    return pump(context, wanted);
}

api::Outcome<> ack(Context& context, const Arguments& arguments) {
    KITH_CHECK(context.call(api::EventsAck{arguments.get("NAME"), arguments.get("CURSOR")}));
    return {};
}

}  // namespace kith::cli::commands
