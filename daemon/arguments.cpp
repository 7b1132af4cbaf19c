// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/arguments.h"

#include "core/base/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace kith::daemon {
namespace {

using api::failure;
using api::Problem;

struct Flag {
    std::string_view name;
    std::string_view value;  // what it takes; empty: nothing
    std::string_view help;
    void (*apply)(Arguments&, const std::string&);
};

void set_ready_fd(Arguments& out, const std::string& text) {
    int number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool fits = error == std::errc{} && end == text.data() + text.size() && number > 2;
    out.ready_fd = fits ? number : -1;
}

constexpr std::array flags{
    Flag{"--profile",
         "NAME",
         "the profile to run (default)",
         [](Arguments& out, const std::string& text) { out.paths.profile = text; }},
    Flag{"--home",
         "DIR",
         "all files below this directory instead of the XDG places",
         [](Arguments& out, const std::string& text) { out.paths.home = text; }},
    Flag{"--socket",
         "PATH",
         "the control socket",
         [](Arguments& out, const std::string& text) { out.paths.socket = text; }},
    Flag{"--foreground",
         "",
         "log to the standard error",
         [](Arguments& out, const std::string&) { out.foreground = true; }},
    Flag{"--listen",
         "ADDR:PORT",
         "listen here instead; may be repeated; port 0 = any free one",
         [](Arguments& out, const std::string& text) { out.listen.push_back(text); }},
    Flag{"--bootstrap",
         "HOST:PORT",
         "try this node first; may be repeated",
         [](Arguments& out, const std::string& text) { out.bootstrap.push_back(text); }},
    Flag{"--mailbox",
         "",
         "keep mail for the whole network, from now on",
         [](Arguments& out, const std::string&) { out.mailbox = true; }},
    Flag{"--log-level",
         "LEVEL",
         "error, warn, info, debug or trace",
         [](Arguments& out, const std::string& text) { out.log_level = text; }},
    Flag{"--ready-fd", "N", "say \"ready\" or why not on this descriptor", set_ready_fd},
    Flag{"--config",
         "OP",
         "get set unset list path check: edit the settings and end",
         [](Arguments& out, const std::string& text) {
             out.job = Job::Config;
             out.config.push_back(text);
         }},
    Flag{"--print-config",
         "",
         "print all settings with their defaults",
         [](Arguments& out, const std::string&) { out.job = Job::PrintConfig; }},
    Flag{"--check-config",
         "",
         "check the settings and end",
         [](Arguments& out, const std::string&) { out.job = Job::CheckConfig; }},
    Flag{"--limits",
         "",
         "print every limit",
         [](Arguments& out, const std::string&) { out.job = Job::Limits; }},
    Flag{"--json",
         "",
         "print objects instead of text",
         [](Arguments& out, const std::string&) { out.json = true; }},
    Flag{"--version",
         "",
         "print the versions of kithd and its libraries",
         [](Arguments& out, const std::string&) { out.job = Job::Version; }},
    Flag{"--help",
         "",
         "print this",
         [](Arguments& out, const std::string&) { out.job = Job::Help; }},
};

api::Outcome<const Flag*> find_flag(std::string_view name) {
    const auto found = std::ranges::find(flags, name, &Flag::name);
    if (found != flags.end()) return &*found;
    api::Failure unknown(Problem::Usage, fmt::format("kithd knows no \"{}\"", name));
    std::array<std::string_view, flags.size()> names;
    std::ranges::transform(flags, names.begin(), &Flag::name);
    if (const auto meant = nearest(name, names)) {
        unknown.facts.push_back(fmt::format("did you mean \"{}\"?", *meant));
    }
    unknown.hint = "kithd --help";
    return tl::unexpected(std::move(unknown));
}

}  // namespace

api::Outcome<Arguments> parse_arguments(std::span<const std::string> words) {
    Arguments out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        // "--flag=value" and "--flag value" alike.
        const std::size_t equals = words[i].find('=');
        const std::string_view name = std::string_view(words[i]).substr(0, equals);
        KITH_TRY(const Flag* const flag, find_flag(name));
        const bool attached = equals != std::string::npos;
        if (flag->value.empty()) {
            if (attached) return failure(Problem::Usage, fmt::format("{} takes no value", name));
            flag->apply(out, {});
            continue;
        }
        if (!attached && i + 1 == words.size()) {
            return failure(Problem::Usage, fmt::format("{} wants {}", name, flag->value));
        }
        flag->apply(out, attached ? words[i].substr(equals + 1) : words[++i]);
        if (out.job == Job::Config) {
            // The rest belongs to the operation; values may begin with dashes.
            out.config.insert(
                out.config.end(), words.begin() + static_cast<long>(i) + 1, words.end());
            std::erase_if(out.config, [&](const std::string& word) {
                const bool json = word == "--json";
                out.json = out.json || json;
                return json;
            });
            break;
        }
    }
    if (out.ready_fd == -1) return failure(Problem::Usage, "--ready-fd wants a number above 2");
    return out;
}

std::string help_text() {
    std::string out = "kithd: the daemon of kith. Unaudited.\n\n";
    for (const Flag& flag : flags) {
        out += fmt::format("  {:<24} {}\n", fmt::format("{} {}", flag.name, flag.value), flag.help);
    }
    return out;
}

}  // namespace kith::daemon
