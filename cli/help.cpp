// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/help.h"

#include "cli/render.h"
#include "core/api/method.h"

#include <fmt/format.h>

namespace kith::cli {
namespace {

std::string joined(const std::vector<std::string>& lines) {
    return fmt::format("{}\n", fmt::join(lines, "\n"));
}

std::string usage_line(const Command& command) {
    std::string line = fmt::format("kith {}", command.path);
    for (const Parameter& parameter : command.parameters) {
        if (parameter.name.empty()) continue;
        line += parameter.required ? fmt::format(" {}", parameter.name)
                                   : fmt::format(" [{}]", parameter.name);
    }
    return line;
}

std::vector<std::string> option_row(const Option& option) {
    const std::string value = option.value.empty() ? "" : fmt::format(" {}", option.value);
    return {fmt::format("  {}{}", option.names, value), std::string(option.what)};
}

std::string exit_codes() {
    std::vector<std::vector<std::string>> rows{{"0", "", "done"}};
    for (const api::ProblemInfo& problem : api::problems()) {
        if (problem.problem < api::Problem::NoSpace) continue;
        rows.push_back({std::to_string(problem.exit),
                        std::string(problem.code),
                        std::string(problem.meaning)});
    }
    rows.push_back({"130", "", "interrupted (Ctrl+C)"});
    rows.push_back({"141", "", "the reader of our output has gone"});
    return joined(table(rows));
}

std::string methods() {
    std::string text =
        "JSON-RPC 2.0, one object a line, on the control socket (kith help files).\n"
        "The first call is hello. ? = optional.\n\n";
    for (const api::Method& method : api::methods()) {
        text += fmt::format(
            "{}({}) -> {}\n    {}\n", method.name, method.parameters, method.result, method.what);
        if (!method.errors.empty()) text += fmt::format("    errors: {}\n", method.errors);
    }
    return text;
}

constexpr std::string_view environment_topic =
    "Flags win over these, and these over the settings file.\n\n"
    "KITH_PROFILE           which identity, as --profile\n"
    "KITH_HOME              everything under this directory instead of the usual places\n"
    "KITH_CONFIG            the settings file\n"
    "KITH_SOCKET            the control socket, as --socket\n"
    "KITH_JSON=1            as --json\n"
    "KITH_NO_INPUT=1        as --no-input\n"
    "KITH_AUTOSTART=0       as --no-autostart\n"
    "KITH_LOG               log level of the daemon\n"
    "KITH_PASSPHRASE_FILE   a file that holds the passphrase of the profile\n"
    "NO_COLOR, TERM=dumb    as --no-color\n"
    "EDITOR                 for kith config edit\n"
    "XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME, XDG_CACHE_HOME, XDG_RUNTIME_DIR\n";

constexpr std::string_view json_topic =
    "With --json every result is one object on one line; lists and streams are one object a\n"
    "line, sent as they come. Each has \"v\":1 and \"type\". Absent means absent, never null.\n"
    "Times are RFC 3339 in UTC, durations end in _ms, sizes are bytes, ids are opaque.\n"
    "Version 1 only grows: ignore what you do not know. Errors are one object on the standard\n"
    "error, with the exit code of kith help exit-codes.\n\n"
    "kith --json status\n"
    "kith listen --as bot --types message --ack --exec ./bot.sh\n"
    "kith send bob --wait delivered --timeout 60 - < report.txt\n\n"
    "The schemas are in docs/schema/v1/.\n";

constexpr std::string_view invites_topic =
    "kith invite makes a link, kith:i/1... It holds your account key, one secret of its own, and\n"
    "for a private network the secret of that network. Whoever holds the link gets in: it is for\n"
    "one person and 24 hours unless you say otherwise (--uses, --expires), and can be revoked:\n\n"
    "kith invite --list\n"
    "kith invite --revoke ID\n\n"
    "The other side types: kith join 'LINK'. Both are then in each other's contacts, and each\n"
    "knows that the other held the link: as good as the way by which the link travelled.\n"
    "To be sure of the person, compare the safety number: kith verify WHO.\n";

constexpr std::string_view strangers_topic =
    "Somebody with your invitation becomes a contact at once. Everybody else asks first, and you\n"
    "decide; until then nothing of them lands among your messages.\n\n"
    "kith contacts requests          who asks, and who introduced them\n"
    "kith contacts accept WHO        or decline WHO (silently), block WHO, report WHO\n"
    "kith contacts add ADDRESS       ask somebody yourself\n"
    "kith contacts introduce A B     your word for A towards B, both contacts of yours\n"
    "kith net why WHO                what somebody is to you, the limits, and what lifts them\n\n"
    "Asking costs computing: seconds on a quiet day, minutes while many ask; an introduction "
    "makes\n"
    "it an eighth. At most ten strangers are shown a day, whatever they spend, and nobody is\n"
    "answered before you can see it. A request is tried four times within a week; kith contacts\n"
    "says how far it is, and why it waits. Whoever you declined may ask again after 30 days.\n\n"
    "Somebody who spends very much on you alone can keep other strangers out. Invitations and\n"
    "introductions still work: give people an invite (kith help invites).\n"
    "Who takes no requests at all: kith config set privacy.accept_requests introduced (or "
    "nobody).\n";

constexpr std::string_view security_topic =
    "Nobody has audited kith. What it is built to do:\n\n"
    "Messages are end-to-end encrypted and signed between devices (X3DH-shaped handshake, Double\n"
    "Ratchet with encrypted headers). There is no server. Those who store and pass on data see\n"
    "neither text nor names nor who you are. A private network answers to nobody without its\n"
    "secret. Keys and messages are encrypted on disk; without a passphrase (kith init\n"
    "--passphrase) whoever has the disk has everything.\n\n"
    "What it does not do: hide your network address from contacts and neighbours in the network,\n"
    "or hide from an observer that two machines talk.\n\n"
    "The name beside a message is what you or its bearer chose. kith verify WHO is the way to\n"
    "know that a key belongs to a person.\n";

std::string files_topic() {
    return "~/.config/kith/config.toml        settings (-p work: work.toml)\n"
           "~/.local/share/kith/PROFILE/      keys, database; 0700\n"
           "~/.local/state/kith/PROFILE/      log\n"
           "~/.cache/kith/PROFILE/            may be deleted at any time\n"
           "$XDG_RUNTIME_DIR/kith/PROFILE.sock, else /tmp/kith-UID/PROFILE.sock\n\n"
           "KITH_HOME=DIR puts all of them under DIR: config/ share/ state/ cache/ run/\n";
}

}  // namespace

std::string overview() {
    std::vector<std::vector<std::string>> rows;
    for (const Command& command : command_table()) {
        if (command.path.find(' ') == std::string_view::npos) {
            rows.push_back({fmt::format("  {}", command.path), std::string(command.what)});
        }
    }
    std::vector<std::vector<std::string>> options;
    for (const Option& option : global_options())
        options.push_back(option_row(option));
    return fmt::format(
        "kith: messages between people, without servers\n\n{}\nfor every command:\n{}\n"
        "kith help COMMAND says more; topics: exit-codes environment json invites strangers "
        "security "
        "files api\n",
        joined(table(rows)),
        joined(table(options)));
}

std::string help_on(const Command& command) {
    std::string text = fmt::format("{}\n    {}\n", usage_line(command), command.what);
    std::vector<std::vector<std::string>> rows;
    for (const Parameter& parameter : command.parameters) {
        if (parameter.name.empty()) continue;
        rows.push_back({fmt::format("  {}", parameter.name), std::string(parameter.what)});
    }
    for (const Option& option : command.options) {
        if (!option.names.empty()) rows.push_back(option_row(option));
    }
    if (!rows.empty()) text += "\n" + joined(table(rows));
    std::vector<std::vector<std::string>> members;
    const std::string prefix = fmt::format("{} ", command.path);
    for (const Command& member : command_table()) {
        if (!member.path.starts_with(prefix)) continue;
        members.push_back({"  " + usage_line(member), std::string(member.what)});
    }
    if (!members.empty()) text += "\n" + joined(table(members));
    return text;
}

std::optional<std::string> topic(std::string_view name) {
    if (name == "exit-codes") return exit_codes();
    if (name == "api") return methods();
    if (name == "files") return files_topic();
    if (name == "environment") return std::string(environment_topic);
    if (name == "json") return std::string(json_topic);
    if (name == "invites") return std::string(invites_topic);
    if (name == "strangers") return std::string(strangers_topic);
    if (name == "security") return std::string(security_topic);
    return std::nullopt;
}

}  // namespace kith::cli
