// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/config.h"

#include "core/base/endpoint.h"
#include "core/base/nearest.h"
#include "core/base/size_text.h"
#include "core/mailbox/placement.h"
#include "daemon/config_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace kith::daemon {
namespace {

using api::failure;
using api::Problem;

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
// clang 14 does not deduce the arguments of an aggregate.
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

std::string anything(std::string_view) {
    return {};
}

std::string one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    if (std::ranges::find(words, text) != words.end()) return {};
    return fmt::format("one of: {}", fmt::join(words, " "));
}

std::string check_listen(std::string_view text) {
    return parse_endpoint(text) ? "" : "ADDRESS:PORT such as 0.0.0.0:4222 or [::]:4222";
}

std::string check_host(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const bool host = colon != std::string_view::npos && colon > 0 && colon <= 255;
    const std::string_view port = host ? text.substr(colon + 1) : "";
    const bool number = !port.empty() && port.size() <= 5 && port != "0" &&
                        std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
    return number ? "" : "HOST:PORT such as vps.example.org:4222";
}

std::string check_level(std::string_view text) {
    return one_of(text, {"error", "warn", "info", "debug", "trace"});
}

std::string check_requests(std::string_view text) {
    return one_of(text, {"ask", "introduced", "nobody"});
}

std::string check_requests_per_day(std::string_view text) {
    const auto number = number_of(text);
    return number && *number >= 1 && *number <= 100 ? "" : "a number from 1 to 100";
}

std::string check_effort(std::string_view text) {
    const auto number = number_of(text);
    return text == "auto" || (number && *number <= 512) ? "" : "auto, or a number from 0 to 512";
}

std::string check_copies(std::string_view text) {
    const auto number = number_of(text);
    const bool fits = number && *number >= 1 && *number <= mailbox::copies_max;
    return fits ? "" : fmt::format("a number from 1 to {}", mailbox::copies_max);
}

std::string check_time(std::string_view text) {
    return one_of(text, {"24h", "12h"});
}

std::string check_serve(std::string_view text) {
    return one_of(text, {"off", "contacts", "network"});
}

std::string check_size(std::string_view text) {
    return parse_size(text) ? "" : "a size such as 512M or 1G";
}

std::string check_duration(std::string_view text) {
    return parse_duration(text) ? "" : "a duration such as 10m, 24h or 30d";
}

std::string check_name(std::string_view text) {
    const bool fits = !text.empty() && text.size() <= 64 &&
                      std::ranges::none_of(text, [](char c) { return c >= 0 && c < ' '; });
    return fits ? "" : "1 to 64 bytes";
}

constexpr std::array keys{
    ConfigKey{"daemon.listen",
              &Config::listen,
              true,
              check_listen,
              "TCP links and UDP DHT on the same number; 0 = any free port"},
    ConfigKey{"daemon.announce",
              &Config::announce,
              true,
              check_listen,
              "published instead of the addresses bound"},
    ConfigKey{"daemon.port_mapping", &Config::port_mapping, true, anything, "UPnP, NAT-PMP"},
    ConfigKey{
        "daemon.log_level", &Config::log_level, false, check_level, "error warn info debug trace"},
    ConfigKey{"network.name",
              &Config::network_name,
              true,
              check_name,
              "name of the network that init makes"},
    ConfigKey{"network.bootstrap",
              &Config::bootstrap,
              true,
              check_host,
              "\"host:port\"; saved nodes are tried as well"},
    ConfigKey{"delivery.copies",
              &Config::copies,
              true,
              check_copies,
              "mailboxes that are to keep our mail, 1 to 5; two more if they are seldom there"},
    ConfigKey{"delivery.give_up_after",
              &Config::give_up_after,
              true,
              check_duration,
              "then a message is shown as expired"},
    ConfigKey{"privacy.accept_requests",
              &Config::accept_requests,
              true,
              check_requests,
              "ask introduced nobody: whose contact requests are shown"},
    ConfigKey{"privacy.requests_per_day",
              &Config::requests_per_day,
              true,
              check_requests_per_day,
              "requests of strangers that are shown a day, 1 to 100"},
    ConfigKey{"privacy.request_effort",
              &Config::request_effort,
              true,
              check_effort,
              "auto, or what a stranger's request costs, 0 to 512"},
    ConfigKey{"mailbox.serve",
              &Config::mailbox_serve,
              false,
              check_serve,
              "off contacts network: for whom this device keeps mail"},
    ConfigKey{"mailbox.quota", &Config::mailbox_quota, false, check_size, "all mail of others"},
    ConfigKey{"ui.ascii", &Config::ascii, false, anything, "marks without UTF-8"},
    ConfigKey{"ui.time", &Config::time, false, check_time, "24h 12h"},
};

api::Outcome<> refused(const ConfigKey& key, std::string_view wanted) {
    return failure(
        Problem::BadConfig, fmt::format("{} wants {}", key.name, wanted), "kith config list");
}

api::Outcome<> check_text(const ConfigKey& key, std::string_view text) {
    const std::string wanted = key.check(text);
    if (!wanted.empty()) return refused(key, wanted);
    return {};
}

}  // namespace

std::optional<std::uint16_t> number_of(std::string_view text) {
    std::uint16_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

std::span<const ConfigKey> config_keys() {
    return keys;
}

const ConfigKey* find_config_key(std::string_view name) {
    const auto found = std::ranges::find(keys, name, &ConfigKey::name);
    return found == keys.end() ? nullptr : &*found;
}

api::Failure unknown_config_key(std::string_view name) {
    std::vector<std::string_view> names;
    names.reserve(keys.size());
    for (const ConfigKey& key : keys)
        names.push_back(key.name);
    api::Failure failure(Problem::BadConfig, fmt::format("there is no setting \"{}\"", name));
    if (const auto meant = nearest(name, names)) {
        failure.facts.push_back(fmt::format("did you mean \"{}\"?", *meant));
    }
    failure.hint = "kith config list";
    return failure;
}

api::Outcome<> assign(Config& config, const ConfigKey& key, const ConfigValue& value) {
    const auto* flag = std::get_if<bool>(&value);
    const auto* text = std::get_if<std::string>(&value);
    const auto* list = std::get_if<std::vector<std::string>>(&value);
    if (text != nullptr) KITH_CHECK(check_text(key, *text));
    if (list != nullptr) {
        for (const std::string& item : *list)
            KITH_CHECK(check_text(key, item));
    }
    return std::visit(Overloaded{
                          [&](bool Config::*field) -> api::Outcome<> {
                              if (flag == nullptr) return refused(key, "true or false");
                              config.*field = *flag;
                              return {};
                          },
                          [&](std::string Config::*field) -> api::Outcome<> {
                              if (text == nullptr) return refused(key, "a text in quotes");
                              config.*field = *text;
                              return {};
                          },
                          [&](std::vector<std::string> Config::*field) -> api::Outcome<> {
                              if (list == nullptr)
                                  return refused(key, "a list of texts: [\"...\"]");
                              config.*field = *list;
                              return {};
                          },
                          [&](Duration Config::*field) -> api::Outcome<> {
                              if (text == nullptr)
                                  return refused(key, "a duration in quotes: \"30d\"");
                              config.*field = *parse_duration(*text);
                              return {};
                          },
                      },
                      key.field);
}

ConfigValue value_of(const Config& config, const ConfigKey& key) {
    return std::visit(
        Overloaded{
            [&](Duration Config::*field) -> ConfigValue { return print_duration(config.*field); },
            [&](auto field) -> ConfigValue { return config.*field; },
        },
        key.field);
}

api::Outcome<ConfigValue> parse_config_value(const ConfigKey& key, std::string_view text) {
    Config scratch;
    ConfigValue value = std::string(text);
    if (std::holds_alternative<bool Config::*>(key.field)) {
        if (text == "true" || text == "on" || text == "yes") value = true;
        if (text == "false" || text == "off" || text == "no") value = false;
    } else if (std::holds_alternative<std::vector<std::string> Config::*>(key.field)) {
        value = split_list(text);
    }
    KITH_CHECK(assign(scratch, key, value));
    return value;
}

std::string to_text(const ConfigValue& value) {
    return std::visit(Overloaded{
                          [](bool flag) -> std::string { return flag ? "true" : "false"; },
                          [](const std::string& text) { return text; },
                          [](const std::vector<std::string>& list) {
                              return fmt::format("{}", fmt::join(list, ", "));
                          },
                      },
                      value);
}

std::string to_toml(const ConfigValue& value) {
    return std::visit(Overloaded{
                          [](bool flag) -> std::string { return flag ? "true" : "false"; },
                          [](const std::string& text) { return quote_toml(text); },
                          [](const std::vector<std::string>& list) {
                              std::vector<std::string> quoted;
                              quoted.reserve(list.size());
                              for (const std::string& item : list)
                                  quoted.push_back(quote_toml(item));
                              return fmt::format("[{}]", fmt::join(quoted, ", "));
                          },
                      },
                      value);
}

std::string_view to_string(Origin origin) {
    constexpr std::array<std::string_view, 5> names{
        "default", "system", "file", "environment", "flag"};
    return names[static_cast<std::size_t>(origin)];
}

api::Outcome<> LoadedConfig::apply(const std::vector<ConfigSetting>& settings, Origin origin) {
    for (const ConfigSetting& setting : settings) {
        KITH_CHECK(assign(values, *setting.key, setting.value));
        origins[setting.key->name] = origin;
    }
    return {};
}

Origin LoadedConfig::origin_of(const ConfigKey& key) const {
    const auto found = origins.find(key.name);
    return found == origins.end() ? Origin::Default : found->second;
}

std::string print_config(const Config& config) {
    std::string out = "# kith: every key is optional\n";
    std::string_view section;
    for (const ConfigKey& key : keys) {
        const std::size_t dot = key.name.find('.');
        if (key.name.substr(0, dot) != section) {
            section = key.name.substr(0, dot);
            out += fmt::format("\n[{}]\n", section);
        }
        const std::string line =
            fmt::format("{} = {}", key.name.substr(dot + 1), to_toml(value_of(config, key)));
        out += fmt::format("{:<45} # {}\n", line, key.what);
    }
    return out;
}

}  // namespace kith::daemon
