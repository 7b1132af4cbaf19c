// SPDX-License-Identifier: GPL-3.0-or-later
// The settings of a profile: one struct with its defaults, one table with everything that is to be
// known of each key. Precedence: flag > environment > config file > /etc/kith/kithd.toml > default.
// Keys, secrets and the network are in the store, never here.
#pragma once

#include "core/api/failure.h"
#include "core/base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kith::daemon {

struct Config {
    /// Where links (TCP) and the DHT (UDP) listen, on the same port number; port 0 = any free one.
    std::vector<std::string> listen = {"0.0.0.0:4222", "[::]:4222"};
    /// Published instead of the addresses bound, for hosts behind a forwarded port.
    std::vector<std::string> announce;
    /// Asks the router by UPnP or NAT-PMP to let others in.
    bool port_mapping = true;
    std::string log_level = "info";
    /// Name of the network that `init` makes.
    std::string network_name = "home";
    /// "host:port" of nodes to try first; saved nodes are tried as well.
    std::vector<std::string> bootstrap;
    /// How many mailboxes are to keep our mail, 1 to 5.
    std::string copies = "3";
    /// How long an undelivered message is kept trying; then it is shown as expired.
    Duration give_up_after = days(30);
    /// Whose contact requests are shown: ask = everybody's, introduced = of those whom a contact
    /// has introduced, nobody = of those we have invited.
    std::string accept_requests = "ask";
    /// How many requests of strangers are shown a day.
    std::string requests_per_day = "10";
    /// Work that a stranger's request costs, in thousands of evaluations; auto = as many come.
    std::string request_effort = "auto";
    /// For whom this device keeps mail: off contacts network.
    std::string mailbox_serve = "contacts";
    /// How much of it: "512M", "1G".
    std::string mailbox_quota = "1G";
    /// Marks in ASCII, for terminals without UTF-8.
    bool ascii = false;
    /// Clock in lists: 24h or 12h.
    std::string time = "24h";

    friend bool operator==(const Config&, const Config&) = default;
};

/// A whole number in decimal digits; nullopt: not one.
std::optional<std::uint16_t> number_of(std::string_view text);

/// A value as the file holds it.
using ConfigValue = std::variant<bool, std::string, std::vector<std::string>>;

struct ConfigKey {
    using Field = std::variant<bool Config::*,
                               std::string Config::*,
                               std::vector<std::string> Config::*,
                               Duration Config::*>;
    /// What is wrong with a text, or "".
    using Check = std::string (*)(std::string_view text);

    std::string_view name;  // "daemon.listen"
    Field field;
    bool restart;  // a change works after the next start
    Check check;   // of the text, or of each text of a list
    std::string_view what;
};

/// All keys, by section.
std::span<const ConfigKey> config_keys();
/// nullptr: no such key.
const ConfigKey* find_config_key(std::string_view name);
/// bad-config with the nearest name.
api::Failure unknown_config_key(std::string_view name);

/// bad-config: of the wrong type, or refused by the key's check. `config` is unchanged then.
api::Outcome<> assign(Config& config, const ConfigKey& key, const ConfigValue& value);
ConfigValue value_of(const Config& config, const ConfigKey& key);

/// What a person types after `config set KEY`: true, 24h, or for lists `a, b` and `["a", "b"]`.
api::Outcome<ConfigValue> parse_config_value(const ConfigKey& key, std::string_view text);
/// The same the other way: lists are separated by ", ".
std::string to_text(const ConfigValue& value);
/// As the file has it: `"24h"`, `["a", "b"]`, `true`.
std::string to_toml(const ConfigValue& value);

/// Where a value comes from, the strongest last.
enum class Origin { Default, System, File, Environment, Flag };
std::string_view to_string(Origin origin);

struct ConfigSetting {
    const ConfigKey* key = nullptr;
    ConfigValue value;
};

/// A configuration and where each value of it comes from.
struct LoadedConfig {
    Config values;
    std::map<std::string_view, Origin> origins;  // by key; absent = default

    /// bad-config: see assign().
    api::Outcome<> apply(const std::vector<ConfigSetting>& settings, Origin origin);
    Origin origin_of(const ConfigKey& key) const;
};

/// The file with all keys, defaults and what they mean: `kithd --print-config`.
std::string print_config(const Config& config);

}  // namespace kith::daemon
