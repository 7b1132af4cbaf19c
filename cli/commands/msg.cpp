// SPDX-License-Identifier: GPL-3.0-or-later
// msg: the way of one message.
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/render.h"
#include "core/api/method.h"

#include <fmt/format.h>

namespace kith::cli::commands {

namespace {

/// Why a device that can be reached takes nothing now.
std::string why_it_waits(const api::Trace& trace) {
    const std::string name = one_line(trace.name.value_or("the other side"));
    if (*trace.waits == "unread") {
        return fmt::format("{}'s device takes no more until {} reads", name, name);
    }
    if (*trace.waits == "rate") {
        return fmt::format("{}'s device takes no more so fast; it goes on by itself", name);
    }
    return fmt::format("{}'s device has no room now", name);
}

}  // namespace

api::Outcome<> msg_show(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    KITH_TRY(const api::Trace trace, context.call(api::MessageTrace{arguments.get("ID")}));
    out.object(trace);
    out.line(fmt::format("{}  {}{}",
                         one_line(trace.id),
                         to_string(trace.state),
                         trace.name ? "  " + one_line(*trace.name) : ""));
    std::vector<std::vector<std::string>> rows;
    for (const api::TraceStep& step : trace.steps) {
        std::string result = one_line(step.result.value_or(""));
        if (step.until) result += ", until " + local_date(*step.until);
        rows.push_back({"  " + local_date(step.time) + " " + local_time(step.time),
                        one_line(step.step),
                        one_line(step.to.value_or("")),
                        std::move(result)});
    }
    out.lines(table(rows));
    if (trace.waits) out.line("  " + why_it_waits(trace));
    if (trace.next_retry) {
        const Duration left = *trace.next_retry - wall_now();
        out.line(left > Duration::zero() ? "  next try in " + to_words(left) : "  next try now");
    }
    return {};
}

api::Outcome<> msg_retry(Context& context, const Arguments& arguments) {
    KITH_TRY(const api::Message message, context.call(api::MessageRetry{arguments.get("ID")}));
    context.out().object(message);
    context.out().line(fmt::format("{}  {}", one_line(message.id), to_string(message.state)));
    return {};
}

api::Outcome<> msg_cancel(Context& context, const Arguments& arguments) {
    KITH_CHECK(context.call(api::MessageCancel{arguments.get("ID")}));
    context.out().note("it will not be sent");
    return {};
}

}  // namespace kith::cli::commands
