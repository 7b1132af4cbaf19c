// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/settings_of_arguments.h"

#include <fmt/format.h>

namespace kith::daemon {
namespace {

api::Outcome<> add(std::vector<ConfigSetting>& settings,
                   std::string_view name,
                   std::string_view text,
                   std::string_view from) {
    const ConfigKey* key = find_config_key(name);
    auto value = parse_config_value(*key, text);
    if (!value) {
        value.error().message = fmt::format("{}: {}", from, value.error().message);
        return tl::unexpected(std::move(value).error());
    }
    settings.push_back({key, *std::move(value)});
    return {};
}

}  // namespace

api::Outcome<ConfigOverrides> settings_of(const Arguments& arguments,
                                          const Environment& environment) {
    ConfigOverrides out;
    if (const auto level = environment("KITH_LOG")) {
        KITH_CHECK(add(out.environment, "daemon.log_level", *level, "KITH_LOG"));
    }
    if (arguments.log_level) {
        KITH_CHECK(add(out.flags, "daemon.log_level", *arguments.log_level, "--log-level"));
    }
    if (arguments.mailbox) {
        KITH_CHECK(add(out.flags, "mailbox.serve", "network", "--mailbox"));
    }
    if (!arguments.listen.empty()) {
        const std::string list = fmt::format("{}", fmt::join(arguments.listen, " "));
        KITH_CHECK(add(out.flags, "daemon.listen", list, "--listen"));
    }
    if (!arguments.bootstrap.empty()) {
        const std::string list = fmt::format("{}", fmt::join(arguments.bootstrap, " "));
        KITH_CHECK(add(out.flags, "network.bootstrap", list, "--bootstrap"));
    }
    return out;
}

}  // namespace kith::daemon
