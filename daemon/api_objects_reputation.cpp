// SPDX-License-Identifier: GPL-3.0-or-later
// What a peer is to us, as an object of schema v1. The numbers are those that are enforced: they
// come from the same Standing.
#include "core/node/contact_book.h"
#include "daemon/api_objects.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace kith::daemon {
namespace {

using reputation::Tier;

/// Four digits: what people compare, without the noise of doubles.
double rounded(double value) {
    return std::round(value * 1e4) / 1e4;
}

api::Tier to_api(Tier tier) {
    // Unknown comes first there.
    return static_cast<api::Tier>(static_cast<int>(tier) + 1);
}

static_assert(static_cast<int>(api::Tier::Trusted) == static_cast<int>(Tier::Trusted) + 1);
static_assert(static_cast<int>(api::Tier::Blocked) == static_cast<int>(Tier::Blocked) + 1);

api::ReputationLimits limits_of(const reputation::Standing& standing) {
    api::ReputationLimits out;
    if (standing.pace) {
        out.burst = standing.burst;
        const auto each = [&](Duration time) {
            return static_cast<std::uint64_t>(time / standing.pace->interval);
        };
        if (standing.burst == 0) {
            // Nothing at once and nothing later.
        } else if (standing.pace->interval <= seconds(1)) {
            out.per_second = each(seconds(1));
        } else if (standing.pace->interval <= hours(1)) {
            out.per_hour = each(hours(1));
        } else {
            out.per_day = each(days(1));
        }
    }
    if (standing.unread) out.unread = *standing.unread;
    if (standing.work && *standing.work > 0) out.work = rounded(*standing.work / 8.0);
    return out;
}

/// "13 Dec"
std::string day_of(Timestamp time) {
    constexpr std::array months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::chrono::sys_days day{days(unix_seconds(time) / 86'400)};
    const std::chrono::year_month_day date(day);
    return fmt::format("{} {}",
                       static_cast<unsigned>(date.day()),
                       months[static_cast<unsigned>(date.month()) - 1]);
}

std::string next_of(const reputation::Explanation& explanation) {
    if (!explanation.next) return "nothing changes by itself";
    const auto& then = explanation.next->standing;
    const std::string when =
        fmt::format("on {} (score {:.2f})", day_of(explanation.next->when), then.score);
    if (then.tier != explanation.standing.tier) {
        return fmt::format("{} {}", reputation::to_string(then.tier), when);
    }
    const auto work_now = explanation.standing.work.value_or(0);
    const auto work_then = then.work.value_or(0);
    return fmt::format(
        "work {} to {:g} x {}", work_then < work_now ? "falls" : "rises", work_then / 8.0, when);
}

std::optional<std::string> remedy_of(const node::ReputationView& view) {
    const std::string& name =
        view.contact.name.empty() ? view.contact.self_name : view.contact.name;
    // A name that its bearer chose is no good argument of a command.
    const std::string who = view.contact.name.empty() || name.find(' ') != std::string::npos
                                ? node::account_id(view.contact.account)
                                : name;
    switch (view.explanation.remedy) {
        case reputation::Remedy::Accept:
            return "kith contacts accept " + who;
        case reputation::Remedy::Forgive:
            return "kith contacts unblock " + who;
        case reputation::Remedy::None:
        case reputation::Remedy::Leave:
            break;
    }
    return std::nullopt;
}

}  // namespace

api::Reputation to_api(const node::ReputationView& view, const NameTag& tag) {
    const api::Contact contact = to_api(view.contact, tag);
    api::Reputation out;
    out.id = contact.id;
    out.name = contact.name;
    out.tag = contact.tag;
    out.tagged = contact.tagged;
    out.state = to_string(contact.state);
    out.verified = contact.verified;
    out.tier = to_api(view.explanation.standing.tier);
    out.score = rounded(view.explanation.standing.score);
    for (const reputation::Reason& reason : view.explanation.because) {
        out.because.push_back({reason.last,
                               std::string(reputation::to_string(reason.event)),
                               reason.count,
                               rounded(reason.weight),
                               rounded(reason.left),
                               rounded(reason.effect)});
    }
    out.limits = limits_of(view.explanation.standing);
    out.refused_until = view.explanation.request_refused_until;
    out.next = next_of(view.explanation);
    out.remedy = remedy_of(view);
    return out;
}

}  // namespace kith::daemon
