// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/program.h"

#include "cli/commands/commands.h"
#include "cli/help.h"
#include "cli/hints.h"
#include "cli/parser.h"
#include "core/api/method.h"

#include <unistd.h>

#include <algorithm>
#include <clocale>

namespace kith::cli {
namespace {

// Which bytes a terminal can show, by the rule of setlocale(3) but without loading a locale.
bool speaks_utf8(const Environment& environment) {
    for (const std::string_view name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        std::string value = environment(name).value_or("");
        if (value.empty()) continue;
        std::ranges::transform(value, value.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        return value.find("UTF-8") != std::string::npos || value.find("UTF8") != std::string::npos;
    }
    return false;
}

Output::Style style_of(const Globals& globals, const Environment& environment) {
    Output::Style style;
    style.json = globals.json;
    style.quiet = globals.quiet;
    style.colour = !globals.no_color && ::isatty(STDERR_FILENO) != 0;
    style.ascii = !speaks_utf8(environment);
    return style;
}

// The word that named a contact, for "did you mean".
std::string who_in(const Arguments& arguments) {
    return arguments.get("WHO");
}

std::vector<std::string> contact_names(Context& context) {
    const auto contacts = context.call(api::ContactList{});
    std::vector<std::string> names;
    if (!contacts) return names;
    for (const api::Contact& contact : *contacts)
        names.push_back(contact.name);
    return names;
}

int report(Output& out, const api::Failure& failure) {
    out.flush();
    out.failure(failure);
    return failure.exit;
}

// What a command has said counts once it is written.
int done(Output& out) {
    const auto written = out.written();
    return written ? 0 : report(out, written.error());
}

// `kith` alone: the chat on a terminal, else what there is.
const Command* default_command() {
    return find_command(::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0 ? "chat"
                                                                                    : "help");
}

int run_command(const Invocation& invocation, Output& out, const Environment& environment) {
    const Globals& globals = invocation.globals;
    const Command* command = invocation.command == nullptr ? default_command() : invocation.command;
    PathFlags flags;
    flags.profile = globals.profile;
    flags.socket = globals.socket;
    auto paths = profile_paths(flags, environment, ::getuid());
    if (!paths) return report(out, api::Failure(api::Problem::Usage, paths.error().context));
    Prompt prompt(STDIN_FILENO, STDERR_FILENO);
    if (globals.no_input) prompt.forbid();
    if (globals.yes) prompt.say_yes();
    Context context(globals, *std::move(paths), environment, out, prompt);
    const auto outcome = command->run(context, invocation.arguments);
    if (outcome) return done(out);
    api::Failure failure = outcome.error();
    const std::string who = who_in(invocation.arguments);
    complete(failure, who, [&context] { return contact_names(context); });
    return report(out, failure);
}

}  // namespace

int run(int argc, char** argv, const Environment& environment) {
    Output out(STDOUT_FILENO, STDERR_FILENO);
    const auto invocation = parse(argc, argv, environment);
    if (!invocation) {
        out.set_style(style_of(peek_globals(argc, argv, environment), environment));
        return report(out, invocation.error());
    }
    hide_secrets(*invocation, argc, argv);
    out.set_style(style_of(invocation->globals, environment));
    if (invocation->version)
        return run_command({find_command("version"), {}, invocation->globals}, out, environment);
    if (invocation->help) {
        out.line(invocation->command == nullptr ? overview() : help_on(*invocation->command));
        return done(out);
    }
    return run_command(*invocation, out, environment);
}

}  // namespace kith::cli
