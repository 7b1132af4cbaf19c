// SPDX-License-Identifier: GPL-3.0-or-later
// invite and join.
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/commands/set_up.h"
#include "cli/qr.h"
#include "cli/render.h"
#include "cli/text_file.h"
#include "core/api/method.h"
#include "core/base/duration_text.h"
#include "core/base/encoding.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::Problem;

constexpr std::string_view link_prefix = "kith:i/1";
constexpr std::string_view qr_prefix = "KITH:I/1";
constexpr std::size_t longest_link = 1024;

// Redeeming waits for the inviter's answer as long as the daemon wants; the work goes on anyway.
constexpr Duration accept_limit = seconds(30);

std::string qr_text(const std::string& link) {
    const auto bytes = from_base64url(std::string_view(link).substr(link_prefix.size()));
    return bytes ? std::string(qr_prefix) + to_base32(*bytes) : link;
}

void show_link(Context& context, const Arguments& arguments, const api::Invite& invite) {
    Output& out = context.out();
    out.object(invite);
    const std::string link = invite.link.value_or("");
    const bool draw = out.on_terminal() || arguments.has("--qr");
    if (draw && !arguments.has("--no-qr")) {
        if (arguments.has("--qr")) {
            if (const auto code = make_qr(qr_text(link))) out.drawing(cli::draw(*code));
        } else {
            out.drawing(qr_for_terminal(qr_text(link), STDOUT_FILENO));
        }
    }
    out.line(link);
    const std::uint64_t uses = invite.uses_left.value_or(1);
    std::string validity = uses == 1 ? "for one person" : fmt::format("for {} people", uses);
    if (invite.expires) {
        validity +=
            fmt::format(", until {} {}", local_date(*invite.expires), local_time(*invite.expires));
    }
    out.note(validity + "; whoever holds it gets in");
    out.note("the other side: kith join 'LINK'");
}

api::Outcome<> list_invites(Context& context) {
    KITH_TRY(const auto invites, context.call(api::InviteList{}));
    context.out().objects(invites);
    std::vector<std::vector<std::string>> rows;
    rows.reserve(invites.size());
    for (const api::Invite& invite : invites) {
        rows.push_back({one_line(invite.id),
                        fmt::format("{} left", invite.uses_left.value_or(1)),
                        invite.expires ? fmt::format("until {} {}",
                                                     local_date(*invite.expires),
                                                     local_time(*invite.expires))
                                       : "",
                        invite.network_only.value_or(false) ? "network only" : ""});
    }
    context.out().lines(table(rows));
    if (rows.empty()) context.out().note("no open invitations");
    return {};
}

api::Outcome<std::string> typed_link(const std::string& argument) {
    std::string link = argument;
    if (argument == "-") {
        auto read = read_all(STDIN_FILENO, longest_link);
        if (!read) return failure(Problem::InviteBroken, "the standard input holds no invitation");
        link = *std::move(read);
    }
    constexpr std::string_view blanks = " \t\r\n";
    link.erase(0, link.find_first_not_of(blanks));
    link.erase(link.find_last_not_of(blanks) + 1);
    if (!link.starts_with(link_prefix) && !link.starts_with(qr_prefix)) {
        return failure(
            Problem::InviteBroken,
            fmt::format("this is not a kith invitation: it does not begin with {}", link_prefix));
    }
    return link;
}

std::string description(const api::Invite& invite) {
    std::string text =
        invite.network_only.value_or(false) ? "an invitation to a " : "an invitation by ";
    if (!invite.network_only.value_or(false)) {
        text += invite.known_as ? one_line(*invite.known_as)
                                : one_line(invite.fingerprint.value_or("an unknown account"));
        text += " to a ";
    }
    text += invite.is_private.value_or(true) ? "private network" : "the public network";
    if (invite.expires) {
        text +=
            fmt::format(", until {} {}", local_date(*invite.expires), local_time(*invite.expires));
    }
    return text;
}

// The daemon goes on by itself; a short wait shows the inviter's name, or that it takes longer.
api::Outcome<api::Contact> wait_for_answer(Context& context, api::Contact inviter) {
    constexpr Duration patience = seconds(5);
    constexpr Duration look_again = milliseconds(100);
    KITH_TRY(ApiClient* const client, context.daemon());
    const SteadyTime deadline = steady_now() + std::min(patience, context.globals().timeout);
    while (inviter.state == api::ContactState::PendingOut && steady_now() < deadline) {
        KITH_CHECK(client->next(look_again));
        KITH_TRY(inviter, context.call(api::ContactShow{inviter.id}));
    }
    return inviter;
}

}  // namespace

api::Outcome<> invite(Context& context, const Arguments& arguments) {
    if (arguments.has("--list")) return list_invites(context);
    if (arguments.has("--revoke")) {
        KITH_CHECK(context.call(api::InviteRevoke{arguments.get("--revoke")}));
        context.out().note("that invitation no longer works");
        return {};
    }
    api::InviteCreate create;
    if (arguments.has("--uses")) {
        const std::string& text = arguments.get("--uses");
        std::uint32_t uses = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), uses);
        if (error != std::errc{} || end != text.data() + text.size() || uses == 0) {
            return failure(Problem::Usage, fmt::format("\"{}\" is no number of people", text));
        }
        create.uses = uses;
    }
    if (arguments.has("--expires")) {
        const auto duration = parse_duration(arguments.get("--expires"));
        if (!duration) {
            return failure(Problem::Usage,
                           fmt::format("\"{}\" is no duration", arguments.get("--expires")),
                           "kith invite --expires 24h");
        }
        create.expires_ms =
            static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(*duration).count());
    }
    if (arguments.has("--network-only")) create.network_only = true;
    KITH_TRY(const api::Invite made, context.call(create));
    show_link(context, arguments, made);
    return {};
}

api::Outcome<> join(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    KITH_TRY(const std::string link, typed_link(arguments.get("LINK")));
    if (arguments.has("--name")) KITH_CHECK(check_name(context, arguments.get("--name")));
    KITH_TRY(const api::Invite read, context.call(api::InviteRead{link}));
    out.note(description(read));
    KITH_TRY(const bool sure, context.ask().confirm("join?"));
    if (!sure) return failure(Problem::InputNeeded, "not joined");

    KITH_TRY(const bool exists, is_set_up(context));
    if (!exists) {
        SetUp wanted;
        wanted.network = link;
        wanted.name = arguments.get("--name");
        wanted.device = arguments.get("--device");
        wanted.passphrase = arguments.has("--passphrase");
        KITH_TRY(const api::Identity identity, set_up(context, wanted));
        show_new_identity(context, identity);
    }
    if (arguments.has("--bootstrap")) {
        KITH_CHECK(context.call(api::NetBootstrap{"add", arguments.get("--bootstrap")}));
    }
    if (read.network_only.value_or(false)) {
        out.note("you are in that network now");
        return {};
    }
    KITH_TRY(api::Contact inviter, context.call(api::InviteAccept{link, {}}, accept_limit));
    KITH_TRY(inviter, wait_for_answer(context, std::move(inviter)));
    out.object(inviter);
    if (inviter.state == api::ContactState::Accepted) {
        out.line(fmt::format("{} is in your contacts", shown_name(inviter)));
    } else {
        out.line("the inviter has not answered yet");
        out.note("that goes on by itself; see: kith contacts");
    }
    if (arguments.has("--no-chat") || !out.on_terminal() || !context.ask().possible()) return {};
    Arguments chat_with;
    chat_with.set("WHO", {inviter.id});
    return chat(context, chat_with);
}

}  // namespace kith::cli::commands
