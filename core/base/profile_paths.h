// SPDX-License-Identifier: GPL-3.0-or-later
// Where the files of a profile are: the one place that kithd and kith have to agree on.
//
// Pure: the environment is an argument and no file is touched. XDG places by default; KITH_HOME or
// --home puts all five under one directory as config/ share/ state/ cache/ run/.
#pragma once

#include "core/base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kith {

/// The value of a variable; nullopt or "" when it is not set. Both count as not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// The flags that bear on places; an empty one leaves the choice to the environment.
struct PathFlags {
    std::string profile{};  // --profile, KITH_PROFILE, else "default"
    std::string home{};     // --home, KITH_HOME
    std::string socket{};   // --socket, KITH_SOCKET
    std::string config{};   // --config-file, KITH_CONFIG
};

struct ProfilePaths {
    std::string profile;
    std::string config_file;   // settings, 0600
    std::string data;          // directory, 0700: keys, database, lock
    std::string state;         // directory, 0700: log, boot epoch
    std::string cache;         // directory, 0700: may be deleted at any time
    std::string run;           // directory, 0700: holds the socket unless it is elsewhere
    std::string socket;        // control socket, 0600
    std::string identity_key;  // sealed master key
    std::string unlock_key;    // opens identity_key when there is no passphrase
    std::string database;      // directory of the store
    std::string lock;          // flock: one daemon a profile
    std::string log_file;

    friend bool operator==(const ProfilePaths&, const ProfilePaths&) = default;
};

/// Bytes of a path that fit a Unix socket address.
inline constexpr std::size_t socket_path_size = 107;

/// `uid` names the run directory when XDG_RUNTIME_DIR is not set.
/// InvalidArgument: the profile name is not 1 to 32 of a-z 0-9 . _ - beginning with a letter or
/// digit; a place is not absolute; HOME is needed and not set; the socket's path is too long.
Result<ProfilePaths> profile_paths(const PathFlags& flags,
                                   const Environment& environment,
                                   unsigned uid);

/// The environment of this process.
Environment process_environment();

}  // namespace kith
