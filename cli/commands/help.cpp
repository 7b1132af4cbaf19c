// SPDX-License-Identifier: GPL-3.0-or-later
// help and version.
#include "cli/help.h"

#include "cli/commands/commands.h"
#include "core/api/method.h"
#include "core/base/nearest.h"

#include <fmt/format.h>

namespace kith::cli::commands {
namespace {

api::Failure unknown_topic(const std::string& words) {
    std::vector<std::string_view> known{
        "exit-codes", "environment", "json", "invites", "strangers", "security", "files", "api"};
    for (const Command& command : command_table())
        known.push_back(command.path);
    api::Failure out(
        api::Problem::Usage, fmt::format("there is no help on \"{}\"", words), "kith help");
    if (const auto meant = nearest(words, known)) {
        out.facts.push_back(fmt::format("did you mean \"{}\"?", *meant));
    }
    return out;
}

}  // namespace

api::Outcome<> help(Context& context, const Arguments& arguments) {
    const std::string words = fmt::format("{}", fmt::join(arguments.all("TOPIC"), " "));
    Output& out = context.out();
    if (words.empty()) {
        out.line(overview());
    } else if (const auto text = topic(words)) {
        out.line(*text);
    } else if (const Command* command = find_command(words)) {
        out.line(help_on(*command));
    } else {
        return tl::unexpected(unknown_topic(words));
    }
    return {};
}

api::Outcome<> version(Context& context, const Arguments&) {
    context.out().object(api::Version{std::string(program_version), api::api_version, {1}, {}});
    context.out().line(fmt::format("kith {} (unaudited)", program_version));
    return {};
}

}  // namespace kith::cli::commands
