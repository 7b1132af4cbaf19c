// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/profile_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace kith {
namespace {

bool is_profile_name(std::string_view name) {
    const auto alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= 32 && alphanumeric(name.front()) &&
           std::ranges::all_of(
               name, [&](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

/// The flag, else the variable, else nothing.
std::string choose(const std::string& flag, const Environment& environment, std::string_view name) {
    return flag.empty() ? environment(name).value_or("") : flag;
}

struct Places {
    std::string config, data, state, cache, run;
};

Result<Places> xdg_places(const Environment& environment, unsigned uid) {
    // The XDG specification says: relative values are to be ignored.
    const auto place = [&](std::string_view variable,
                           std::string_view below_home) -> Result<std::string> {
        const std::string value = environment(variable).value_or("");
        if (value.starts_with('/')) return value + "/kith";
        const std::string home = environment("HOME").value_or("");
        if (!home.starts_with('/')) return fail(Code::InvalidArgument, "HOME is not set");
        return fmt::format("{}/{}/kith", home, below_home);
    };
    Places places;
    KITH_TRY(places.config, place("XDG_CONFIG_HOME", ".config"));
    KITH_TRY(places.data, place("XDG_DATA_HOME", ".local/share"));
    KITH_TRY(places.state, place("XDG_STATE_HOME", ".local/state"));
    KITH_TRY(places.cache, place("XDG_CACHE_HOME", ".cache"));
    const std::string runtime = environment("XDG_RUNTIME_DIR").value_or("");
    places.run = runtime.starts_with('/') ? runtime + "/kith" : fmt::format("/tmp/kith-{}", uid);
    return places;
}

Places home_places(const std::string& home) {
    return {home + "/config", home + "/share", home + "/state", home + "/cache", home + "/run"};
}

Result<> must_be_absolute(std::string_view what, const std::string& path) {
    if (path.empty() || path.starts_with('/')) return success();
    return fail(Code::InvalidArgument, fmt::format("{} \"{}\" is not absolute", what, path));
}

}  // namespace

Result<ProfilePaths> profile_paths(const PathFlags& flags,
                                   const Environment& environment,
                                   unsigned uid) {
    ProfilePaths paths;
    paths.profile = choose(flags.profile, environment, "KITH_PROFILE");
    if (paths.profile.empty()) paths.profile = "default";
    if (!is_profile_name(paths.profile)) {
        return fail(Code::InvalidArgument,
                    fmt::format("\"{}\" is not a profile name (a-z, 0-9, dot, dash, underscore)",
                                paths.profile));
    }
    const std::string home = choose(flags.home, environment, "KITH_HOME");
    KITH_CHECK(must_be_absolute("the home directory", home));
    Places places;
    if (home.empty()) {
        KITH_TRY(places, xdg_places(environment, uid));
    } else {
        places = home_places(home);
    }

    paths.config_file = choose(flags.config, environment, "KITH_CONFIG");
    KITH_CHECK(must_be_absolute("the configuration file", paths.config_file));
    if (paths.config_file.empty()) {
        paths.config_file = fmt::format(
            "{}/{}.toml", places.config, paths.profile == "default" ? "config" : paths.profile);
    }
    paths.data = fmt::format("{}/{}", places.data, paths.profile);
    paths.state = fmt::format("{}/{}", places.state, paths.profile);
    paths.cache = fmt::format("{}/{}", places.cache, paths.profile);
    paths.run = places.run;
    paths.socket = choose(flags.socket, environment, "KITH_SOCKET");
    KITH_CHECK(must_be_absolute("the socket", paths.socket));
    if (paths.socket.empty()) {
        paths.socket = fmt::format("{}/{}.sock", paths.run, paths.profile);
    }
    if (paths.socket.size() > socket_path_size) {
        return fail(Code::InvalidArgument,
                    fmt::format("the path of the control socket has {} bytes, {} fit: {}",
                                paths.socket.size(),
                                socket_path_size,
                                paths.socket));
    }
    paths.identity_key = paths.data + "/identity.key";
    paths.unlock_key = paths.data + "/unlock.key";
    paths.database = paths.data + "/db";
    paths.lock = paths.data + "/lock";
    paths.log_file = paths.state + "/kithd.log";
    return paths;
}

Environment process_environment() {
    return [](std::string_view name) -> std::optional<std::string> {
        // Read before threads start; nobody changes the environment.
        const char* value =
            std::getenv(std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe)
        if (value == nullptr || *value == '\0') return std::nullopt;
        return std::string(value);
    };
}

}  // namespace kith
