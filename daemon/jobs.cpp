// SPDX-License-Identifier: GPL-3.0-or-later
// What kithd does without being a daemon. `kith config` uses it when no daemon runs, so it must
// work when the daemon cannot start.
#include "core/api/codec.h"
#include "core/api/failure_object.h"
#include "core/text/display.h"
#include "daemon/config_store.h"
#include "daemon/daemon.h"
#include "daemon/failure_text.h"
#include "daemon/library_versions.h"
#include "daemon/limit_table.h"
#include "daemon/settings_of_arguments.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace kith::daemon {
namespace {

using api::failure;
using api::Outcome;
using api::Problem;

template <class T>
std::string line_of(const T& object) {
    return api::to_json(object) + "\n";
}

std::string shown(const api::ConfigEntry& entry, bool json) {
    if (json) return line_of(entry);
    return fmt::format("{} = {}\n",
                       entry.key,
                       text::display(entry.pending.value_or(entry.value), text::Kind::Line));
}

Outcome<std::string> edit(const Arguments& arguments, ConfigStore& config) {
    const std::vector<std::string>& words = arguments.config;
    const std::string& operation = words.front();
    const auto wants = [&](std::size_t count) { return words.size() == count + 1; };
    Outcome<api::ConfigEntry> entry = failure(
        Problem::Usage, "--config wants: list, path, check, get KEY, set KEY VALUE, unset KEY");
    if (operation == "get" && wants(1)) entry = config.get(words[1]);
    if (operation == "set" && wants(2)) entry = config.set(words[1], words[2]);
    if (operation == "unset" && wants(1)) entry = config.unset(words[1]);
    if (!entry) return tl::unexpected(entry.error());
    return shown(*entry, arguments.json);
}

Outcome<std::string> config_job(const Arguments& arguments, const Environment& environment) {
    const auto paths = profile_paths(arguments.paths, environment, ::geteuid());
    if (!paths) return failure(Problem::Usage, paths.error().context);
    KITH_TRY(ConfigOverrides overrides, settings_of(arguments, environment));
    ConfigStore config(paths->config_file, std::move(overrides), system_config_file);
    const bool check = arguments.job == Job::CheckConfig || arguments.config.front() == "check";
    if (!check && arguments.config.front() == "path") return config.path() + "\n";
    KITH_CHECK(config.load());
    if (check) return std::string();
    if (arguments.config.front() != "list") return edit(arguments, config);
    std::string out;
    for (const api::ConfigEntry& entry : config.list())
        out += shown(entry, arguments.json);
    return out;
}

std::string limits_text(bool json) {
    std::string out;
    for (const api::Limit& limit : all_limits())
        out += json ? line_of(limit) : fmt::format("{:<28} {}\n", limit.name, limit.value);
    return out;
}

std::string version_text(bool json) {
    api::Version all;
    all.version = version();
    all.json = {1};
    all.libraries = library_versions();
    if (json) return line_of(all);
    std::string out = fmt::format("kithd {}, unaudited\n", all.version);
    for (const auto& [name, number] : all.libraries)
        out += fmt::format("{} {}\n", name, number);
    return out;
}

Outcome<std::string> output_of(const Arguments& arguments, const Environment& environment) {
    switch (arguments.job) {
        case Job::Config:
        case Job::CheckConfig:
            return config_job(arguments, environment);
        case Job::PrintConfig:
            return print_config(Config{});
        case Job::Limits:
            return limits_text(arguments.json);
        case Job::Version:
            return version_text(arguments.json);
        case Job::Help:
        case Job::Run:
            return help_text();
    }
    return help_text();
}

}  // namespace

int run_job(const Arguments& arguments, const Environment& environment) {
    auto output = output_of(arguments, environment);
    if (output) {
        if (std::fputs(output->c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return 0;
        output = failure(Problem::Internal,
                         fmt::format("the output could not be written: {}",
                                     std::generic_category().message(errno)));
    }
    const std::string text =
        arguments.json ? api::to_json(output.error()) + "\n" : failure_text(output.error());
    print_error(text);
    return output.error().exit;
}

}  // namespace kith::daemon
