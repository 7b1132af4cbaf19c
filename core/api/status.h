// SPDX-License-Identifier: GPL-3.0-or-later
// The daemon: the objects `hello`, `status`, `daemon`, `config`, `notice` and `version`, and the
// methods hello, status.show, daemon.* and config.*.
#pragma once

#include "core/api/account.h"
#include "core/api/mailbox.h"
#include "core/api/network.h"

#include <map>

namespace kith::api {

/// The version of the control API. It only grows; see Hello::features.
inline constexpr std::uint64_t api_version = 1;

enum class ProfileState { Unknown, NotSetUp, Locked, Ready };
std::string_view to_string(ProfileState state);  // "not-set-up" ...

/// `hello`
struct Hello {
    std::uint64_t api = api_version;
    std::string version;
    std::string profile;
    ProfileState state = ProfileState::Unknown;
    std::vector<std::string> features;

    friend bool operator==(const Hello&, const Hello&) = default;
};

/// `hello`: the first call. version-clash: no common API version
struct HelloCall {
    using Result = Hello;
    std::string client;              // "kith 0.1.0"
    std::vector<std::uint64_t> api;  // versions that the client speaks
};

/// `daemon`
struct Daemon {
    std::string state;  // starting running stopping
    std::uint64_t pid = 0;
    std::string version;
    std::uint64_t uptime_ms = 0;
    std::uint64_t api = api_version;
    std::string store;                // ok full read-only corrupt
    std::optional<std::string> home;  // data directory of the profile
    std::vector<std::string> listen;  // bound addresses

    friend bool operator==(const Daemon&, const Daemon&) = default;
};

/// What waits for one contact.
struct Waiting {
    std::string id;
    std::string name;
    std::uint64_t count = 0;
    std::optional<Timestamp> last_seen;

    friend bool operator==(const Waiting&, const Waiting&) = default;
};

/// `status`: everything that `kith status` shows. Before set-up only `daemon`.
struct Status {
    std::optional<Identity> identity;
    Daemon daemon;
    std::optional<Network> network;
    std::uint64_t outbox = 0;
    std::vector<Waiting> waiting;    // the outbox by contact, at most 8
    std::vector<Mailbox> mailboxes;  // those that keep our mail
    std::uint64_t unread = 0;
    std::uint64_t chats = 0;  // with unread messages
    std::uint64_t requests = 0;
    std::optional<std::int64_t> clock_offset_ms;

    friend bool operator==(const Status&, const Status&) = default;
};

/// `status.show`
struct StatusShow {
    using Result = Status;
};

/// `daemon.status`
struct DaemonStatus {
    using Result = Daemon;
};

/// `daemon.stop`: answered before the daemon ends.
struct DaemonStop {
    using Result = Nothing;
};

/// `daemon.limits`
struct DaemonLimits {
    using Result = std::vector<Limit>;
};

/// `daemon.log`: changes the level until the next start.
struct DaemonLog {
    using Result = Nothing;
    std::optional<std::string> level;  // error warn info debug trace
};

/// `config`
struct ConfigEntry {
    std::string key;  // "daemon.listen"
    std::string value;
    std::string preset;                  // "default": the value without any setting
    std::string origin;                  // default file environment flag system
    std::optional<bool> restart;         // a change works after the next start
    std::optional<std::string> pending;  // set, but working only after a restart

    friend bool operator==(const ConfigEntry&, const ConfigEntry&) = default;
};

/// `config.list`
struct ConfigList {
    using Result = std::vector<ConfigEntry>;
};

/// `config.get`. bad-config: no such key
struct ConfigGet {
    using Result = ConfigEntry;
    std::string key;
};

/// `config.set`. bad-config
struct ConfigSet {
    using Result = ConfigEntry;
    std::string key;
    std::string value;
};

/// `config.unset`. bad-config
struct ConfigUnset {
    using Result = ConfigEntry;
    std::string key;
};

/// `notice`
struct Notice {
    std::string code;
    std::string level;  // info warning
    std::string message;
    std::optional<std::string> hint;

    friend bool operator==(const Notice&, const Notice&) = default;
};

/// `version`
struct Version {
    std::string version;
    std::uint64_t api = api_version;
    std::vector<std::uint64_t> json;
    std::map<std::string, std::string> libraries;

    friend bool operator==(const Version&, const Version&) = default;
};

}  // namespace kith::api
