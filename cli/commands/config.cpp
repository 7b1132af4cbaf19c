// SPDX-License-Identifier: GPL-3.0-or-later
// config: through the daemon if it runs, else by `kithd --config OP`, which edits the file and
// exits: settings must be reachable when the daemon cannot start.
#include "cli/commands/commands.h"
#include "cli/render.h"
#include "cli/run_program.h"
#include "cli/start_daemon.h"
#include "core/api/failure_object.h"
#include "core/api/method.h"

#include <fmt/format.h>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::Problem;
using Entries = std::vector<api::ConfigEntry>;

// `kithd --config OP...` answers with objects of schema v1, one a line.
api::Outcome<Entries> ask_kithd(Context& context, std::vector<std::string> operation) {
    Program program;
    program.words = {daemon_program(), "--profile", context.paths().profile, "--json", "--config"};
    program.words.insert(program.words.end(), operation.begin(), operation.end());
    program.capture_output = true;
    program.capture_errors = true;
    const auto ended = run_program(program);
    if (!ended || ended->status == 127) {
        return failure(Problem::NoDaemon,
                       fmt::format("\"{}\" cannot be run", program.words.front()),
                       "install kithd beside kith");
    }
    if (ended->status != 0) {
        const auto document = api::Document::parse(ended->errors);
        auto reason = document ? api::read_failure(document->root()) : std::nullopt;
        if (reason) return tl::unexpected(*std::move(reason));
        return failure(Problem::BadConfig, "kithd refused the settings", "kith config edit");
    }
    Entries entries;
    api::LineSplitter lines;
    lines.append(ended->output);
    while (const auto line = lines.next()) {
        const auto document = api::Document::parse(*line);
        auto entry = document ? api::read<api::ConfigEntry>(document->root())
                              : api::Outcome<api::ConfigEntry>(failure(Problem::VersionClash));
        if (!entry) {
            return failure(Problem::VersionClash, "kithd and kith do not fit together");
        }
        entries.push_back(*std::move(entry));
    }
    return entries;
}

// One entry, from the daemon or from the file.
template <class P>
api::Outcome<api::ConfigEntry> ask_either(Context& context,
                                          const P& parameters,
                                          std::vector<std::string> operation) {
    KITH_TRY(ApiClient* const client, context.running_daemon());
    if (client != nullptr) return context.call(parameters);
    KITH_TRY(const Entries entries, ask_kithd(context, std::move(operation)));
    if (entries.size() == 1) return entries.front();
    return failure(Problem::VersionClash, "kithd and kith do not fit together");
}

void show_change(Context& context, const api::ConfigEntry& entry) {
    context.out().object(entry);
    context.out().line(
        fmt::format("{} = {}", one_line(entry.key), one_line(entry.pending.value_or(entry.value))));
    if (entry.pending) context.out().note("works after: kith daemon restart");
}

}  // namespace

api::Outcome<> config_list(Context& context, const Arguments& arguments) {
    KITH_TRY(ApiClient* const client, context.running_daemon());
    Entries entries;
    if (client != nullptr) {
        KITH_TRY(entries, context.call(api::ConfigList{}));
    } else {
        KITH_TRY(entries, ask_kithd(context, {"list"}));
    }
    context.out().objects(entries);
    std::vector<std::vector<std::string>> rows;
    for (const api::ConfigEntry& entry : entries) {
        rows.push_back({one_line(entry.key), one_line(entry.value)});
        if (arguments.has("--origin")) rows.back().push_back(one_line(entry.origin));
    }
    context.out().lines(table(rows));
    return {};
}

api::Outcome<> config_get(Context& context, const Arguments& arguments) {
    const std::string& key = arguments.get("KEY");
    KITH_TRY(const api::ConfigEntry entry, ask_either(context, api::ConfigGet{key}, {"get", key}));
    context.out().object(entry);
    context.out().line(one_line(entry.value));
    return {};
}

api::Outcome<> config_set(Context& context, const Arguments& arguments) {
    const std::string& key = arguments.get("KEY");
    const std::string& value = arguments.get("VALUE");
    KITH_TRY(const api::ConfigEntry entry,
             ask_either(context, api::ConfigSet{key, value}, {"set", key, value}));
    show_change(context, entry);
    return {};
}

api::Outcome<> config_unset(Context& context, const Arguments& arguments) {
    const std::string& key = arguments.get("KEY");
    KITH_TRY(const api::ConfigEntry entry,
             ask_either(context, api::ConfigUnset{key}, {"unset", key}));
    show_change(context, entry);
    return {};
}

api::Outcome<> config_path(Context& context, const Arguments&) {
    // The place follows from flags and environment; --json has the same as an entry.
    const std::string& path = context.paths().config_file;
    context.out().object(api::ConfigEntry{"path", path, path, "default", {}, {}});
    context.out().line(path);
    return {};
}

api::Outcome<> config_check(Context& context, const Arguments&) {
    KITH_CHECK(ask_kithd(context, {"list"}));
    context.out().note("the settings are right");
    return {};
}

api::Outcome<> config_edit(Context& context, const Arguments& arguments) {
    Program program;
    program.words = split_words(context.environment()("EDITOR").value_or("nano"));
    if (program.words.empty()) program.words = {"nano"};
    program.words.push_back(context.paths().config_file);
    program.inherit_input = true;
    const auto ended = run_program(program);
    if (!ended || ended->status != 0) {
        return failure(Problem::Usage,
                       fmt::format("\"{}\" did not end well", program.words.front()),
                       "set EDITOR to an editor that is installed");
    }
    KITH_CHECK(config_check(context, arguments));
    KITH_TRY(ApiClient* const client, context.running_daemon());
    if (client != nullptr) context.out().note("works after: kith daemon restart");
    return {};
}

}  // namespace kith::cli::commands
