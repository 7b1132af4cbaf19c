// SPDX-License-Identifier: GPL-3.0-or-later
// net why, contacts report: what somebody is to this device.
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/render.h"
#include "core/api/method.h"

#include <fmt/format.h>

#include <array>

namespace kith::cli::commands {
namespace {

struct Words {
    std::string_view event;
    std::string_view one;   // "a reply of yours,": the time follows
    std::string_view many;  // "{} replies of yours, last"
};

constexpr std::array words{
    Words{"reply", "a reply of yours,", "{} replies of yours, last"},
    Words{"read", "you read a message", "you read {} messages, last"},
    Words{"accepted", "you accepted this contact", "you accepted this contact {} times, last"},
    Words{"report", "you reported a message", "you reported {} messages, last"},
    Words{"declined", "you declined a request", "you declined {} requests, last"},
    Words{"ignored", "a request stayed unanswered,", "{} requests stayed unanswered, last"},
    Words{"malformed", "a broken message,", "{} broken messages, last"},
    Words{"false-work", "work that does not check,", "work that does not check {} times, last"},
    Words{"oversize", "an oversized message,", "{} oversized messages, last"},
    Words{"busy", "it sent on when told to wait,", "it sent on when told to wait {} times, last"},
    Words{"replay", "a replay,", "{} replays, last"},
};

std::string sentence(const api::ReputationReason& reason) {
    for (const Words& of : words) {
        if (of.event != reason.event) continue;
        if (reason.count == 1) return std::string(of.one);
        return fmt::format(fmt::runtime(of.many), reason.count);
    }
    return fmt::format("{} x {}, last", reason.count, one_line(reason.event));
}

std::string with_commas(std::uint64_t number) {
    std::string out = std::to_string(number);
    for (std::size_t at = out.size(); at > 3; at -= 3)
        out.insert(at - 3, 1, ',');
    return out;
}

std::string rate_words(const api::ReputationLimits& limits) {
    const auto then = [](std::uint64_t count, std::string_view unit) {
        return fmt::format("then {} {}", with_commas(count), unit);
    };
    std::string out = with_commas(limits.burst.value_or(0)) + " at once";
    if (limits.per_second) out += " " + then(*limits.per_second, "a second");
    if (limits.per_hour) out += " " + then(*limits.per_hour, "an hour");
    if (limits.per_day) out += " " + then(*limits.per_day, "a day");
    return out;
}

std::string request_words(const api::Reputation& reputation) {
    std::string out = "one request";
    if (reputation.refused_until) out += ", none before " + local_date(*reputation.refused_until);
    if (!reputation.limits.work) return out;
    const double work = *reputation.limits.work;
    if (work == 1) return out + "; the usual work to ask";
    return out + fmt::format("; work {:g} x the usual to ask", work);
}

std::string limits_words(const api::Reputation& reputation) {
    const api::ReputationLimits& limits = reputation.limits;
    switch (reputation.tier) {
        case api::Tier::Bulk:
            return "none (bulk)";
        case api::Tier::Trusted:
        case api::Tier::Contact:
            return fmt::format("{}, {} unread at a time",
                               rate_words(limits),
                               with_commas(limits.unread.value_or(0)));
        case api::Tier::Restricted:
            return fmt::format("{} unread at a time, {}",
                               with_commas(limits.unread.value_or(0)),
                               rate_words(limits));
        case api::Tier::Suspect:
            return "nothing is taken, without a word";
        case api::Tier::Blocked:
            return "nothing is taken; to them you look offline";
        default:
            return request_words(reputation);
    }
}

std::vector<std::string> row(std::string heading, const api::ReputationReason& reason) {
    return {std::move(heading),
            fmt::format("{} {}", sentence(reason), ago(reason.time, wall_now())),
            reason.count == 1 ? fmt::format("{:+.1f}", reason.weight) : "",
            fmt::format("{:+.1f} now", reason.now),
            fmt::format("score {:+.2f}", reason.effect)};
}

api::Outcome<> show(Context& context, const api::Outcome<api::Reputation>& answer) {
    if (!answer) return tl::unexpected(answer.error());
    const api::Reputation& reputation = *answer;
    Output& out = context.out();
    out.object(reputation);
    api::Contact contact;
    contact.name = reputation.name;
    contact.tag = reputation.tag;
    contact.tagged = reputation.tagged;
    const bool accepted = reputation.state == to_string(api::ContactState::Accepted);
    contact.state = accepted ? api::ContactState::Accepted : api::ContactState::PendingIn;
    std::string first = fmt::format("{}{}    {}    score {:.2f}",
                                    shown_name(contact),
                                    reputation.verified ? " verified" : "",
                                    to_string(reputation.tier),
                                    reputation.score);
    if (accepted) {
        first +=
            "          an unknown person has 0.20, a contact never less than 0.60 unless you "
            "report";
    }
    out.line(first);
    std::vector<std::vector<std::string>> rows;
    for (const api::ReputationReason& reason : reputation.because)
        rows.push_back(row(rows.empty() ? "because" : "", reason));
    out.lines(table(rows));
    std::vector<std::vector<std::string>> rest{{"limits ", limits_words(reputation)},
                                               {"next ", one_line(reputation.next)}};
    if (reputation.remedy) rest.push_back({"try ", one_line(*reputation.remedy)});
    out.lines(table(rest));
    return {};
}

}  // namespace

api::Outcome<> net_why(Context& context, const Arguments& arguments) {
    return show(context, context.call(api::ReputationWhy{arguments.get("WHO")}));
}

api::Outcome<> contacts_report(Context& context, const Arguments& arguments) {
    return show(context, context.call(api::ContactReport{arguments.get("WHO")}));
}

}  // namespace kith::cli::commands
