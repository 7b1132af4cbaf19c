// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/config_file.h"

#include "core/base/nearest.h"
#include "core/base/utf8.h"

#include <fmt/format.h>

namespace kith::daemon {
namespace {

struct TomlFault {};

[[noreturn]] void toml_fault() {
    throw TomlFault{};
}

}  // namespace
}  // namespace kith::daemon

// toml++ 3.3 asserts in places where it should refuse: a heading like "[=x]" would end the program,
// or without asserts do anything at all. Here an assertion is a fault that parse_toml() reports.
#undef NDEBUG
#define TOML_ASSERT(condition) \
    (static_cast<bool>(condition) ? void() : ::kith::daemon::toml_fault())
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
// Its question whether a letter is a blank runs into "unreachable" for most of U+00A0..U+0499 and
// some others. The answer is no.
#include <toml++/impl/forward_declarations.h>
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE return false
#include <toml++/impl/unicode.h>
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE __builtin_unreachable()
#include <toml++/toml.h>

#include <map>
#include <set>

namespace kith::daemon {
namespace {

using api::failure;
using api::Problem;

api::Failure at(std::string_view file, const toml::source_position& place, std::string_view what) {
    return api::Failure(
        Problem::BadConfig,
        fmt::format("{} line {}, column {}: {}", file, place.line, place.column, what));
}

/// Names of sections, or of the keys within one.
std::vector<std::string_view> names_in(std::string_view section) {
    std::set<std::string_view> names;
    for (const ConfigKey& key : config_keys()) {
        const std::size_t dot = key.name.find('.');
        if (section.empty()) names.insert(key.name.substr(0, dot));
        if (key.name.substr(0, dot) == section) names.insert(key.name.substr(dot + 1));
    }
    return {names.begin(), names.end()};
}

api::Failure unknown(std::string_view file, const toml::key& name, std::string_view section) {
    const std::string what = section.empty()
                                 ? fmt::format("unknown section or key \"{}\"", name.str())
                                 : fmt::format("unknown key \"{}\" in [{}]", name.str(), section);
    api::Failure result = at(file, name.source().begin, what);
    if (const auto meant = nearest(name.str(), names_in(section))) {
        result.facts.push_back(fmt::format("did you mean \"{}\"?", *meant));
    }
    return result;
}

std::optional<ConfigValue> value_from(const toml::node& node) {
    if (const auto* flag = node.as_boolean()) return ConfigValue(flag->get());
    if (const auto* text = node.as_string()) return ConfigValue(text->get());
    if (const auto* number = node.as_integer()) return ConfigValue(std::to_string(number->get()));
    const auto* array = node.as_array();
    if (array == nullptr) return std::nullopt;
    std::vector<std::string> list;
    for (const toml::node& element : *array) {
        const auto* text = element.as_string();
        if (text == nullptr) return std::nullopt;
        list.push_back(text->get());
    }
    return ConfigValue(std::move(list));
}

api::Outcome<toml::table> parse_toml(std::string_view text, std::string_view file) {
    if (text.size() > config_file_size) {
        return failure(Problem::BadConfig, fmt::format("{} is too long", file));
    }
    try {
        toml::parse_result parsed = toml::parse(text);
        if (parsed) return std::move(parsed).table();
        const toml::parse_error& error = parsed.error();
        return tl::unexpected(at(file, error.source().begin, error.description()));
    } catch (const TomlFault&) {
        return failure(Problem::BadConfig, fmt::format("{} has a heading that is no name", file));
    }
}

api::Outcome<ConfigSetting> setting_from(const ConfigKey& key,
                                         const toml::node& node,
                                         std::string_view file) {
    Config scratch;
    auto value = value_from(node);
    // Any value of the wrong kind will do to get the key's own words.
    auto assigned = assign(scratch, key, value ? *value : ConfigValue(std::vector{std::string()}));
    if (!assigned) {
        return tl::unexpected(at(file, node.source().begin, assigned.error().message));
    }
    if (!value) {
        return tl::unexpected(at(file, node.source().begin, "not a value of this key"));
    }
    return ConfigSetting{&key, std::move(*value)};
}

/// Offset of a place that toml++ names: lines from 1, columns from 1 in code points.
std::size_t offset_of(std::string_view text, const toml::source_position& place) {
    std::size_t offset = 0;
    for (toml::source_index line = 1; line < place.line; ++line) {
        const std::size_t end = text.find('\n', offset);
        if (end == std::string_view::npos) return text.size();
        offset = end + 1;
    }
    for (toml::source_index column = 1; column < place.column && offset < text.size(); ++column) {
        offset += decode_utf8(text, offset).length;
    }
    return std::min(offset, text.size());
}

std::size_t line_end(std::string_view text, std::size_t offset) {
    const std::size_t end = text.find('\n', offset);
    return end == std::string_view::npos ? text.size() : end + 1;
}

std::size_t line_begin(std::string_view text, std::size_t offset) {
    const std::size_t end = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
    return end == std::string_view::npos ? 0 : end + 1;
}

struct Place {
    std::size_t key = 0;    // of the key's first character
    std::size_t begin = 0;  // of the value
    std::size_t end = 0;
};

/// Where a key stands in the text; nullopt: it does not.
std::optional<Place> find_place(std::string_view text,
                                const toml::table& table,
                                std::string_view section,
                                std::string_view name) {
    const toml::table* inner = table[section].as_table();
    if (inner == nullptr) return std::nullopt;
    const auto found = inner->find(name);
    if (found == inner->end()) return std::nullopt;
    const toml::source_region& value = found->second.source();
    return Place{offset_of(text, found->first.source().begin),
                 offset_of(text, value.begin),
                 offset_of(text, value.end)};
}

using Settings = std::map<const ConfigKey*, ConfigValue>;

api::Outcome<Settings> settings_by_key(std::string_view text, std::string_view file) {
    KITH_TRY(const auto list, parse_config(text, file));
    Settings settings;
    for (const ConfigSetting& setting : list)
        settings.emplace(setting.key, setting.value);
    return settings;
}

/// The edit has to leave a valid text in which this key has this value, or is gone, and every
/// other key is as it was.
api::Outcome<std::string> checked(std::string_view before,
                                  std::string edited,
                                  const ConfigKey& key,
                                  const ConfigValue* wanted,
                                  std::string_view file) {
    KITH_TRY(Settings expected, settings_by_key(before, file));
    expected.erase(&key);
    if (wanted != nullptr) expected.emplace(&key, *wanted);
    const auto settings = settings_by_key(edited, file);
    if (settings && *settings == expected) return edited;
    return failure(Problem::BadConfig,
                   fmt::format("{} is written in a way that cannot be edited here", file),
                   "kith config edit");
}

}  // namespace

api::Outcome<std::vector<ConfigSetting>> parse_config(std::string_view text,
                                                      std::string_view file) {
    KITH_TRY(const toml::table table, parse_toml(text, file));
    std::vector<ConfigSetting> settings;
    for (const auto& [section, content] : table) {
        const toml::table* keys = content.as_table();
        if (keys == nullptr || names_in(section.str()).empty()) {
            return tl::unexpected(unknown(file, section, ""));
        }
        for (const auto& [name, node] : *keys) {
            const ConfigKey* key = find_config_key(fmt::format("{}.{}", section.str(), name.str()));
            if (key == nullptr) return tl::unexpected(unknown(file, name, section.str()));
            KITH_TRY(ConfigSetting setting, setting_from(*key, node, file));
            settings.push_back(std::move(setting));
        }
    }
    return settings;
}

api::Outcome<std::string> set_in_config(std::string_view text,
                                        const ConfigKey& key,
                                        const ConfigValue& value,
                                        std::string_view file) {
    KITH_TRY(const toml::table table, parse_toml(text, file));
    const std::size_t dot = key.name.find('.');
    const std::string_view section = key.name.substr(0, dot);
    const std::string_view name = key.name.substr(dot + 1);
    std::string edited(text);
    if (const auto place = find_place(text, table, section, name)) {
        edited.replace(place->begin, place->end - place->begin, to_toml(value));
        return checked(text, std::move(edited), key, &value, file);
    }
    const std::string line = fmt::format("{} = {}\n", name, to_toml(value));
    const toml::table* inner = table[section].as_table();
    if (inner != nullptr) {
        const std::size_t heading = offset_of(text, inner->source().begin);
        if (line_end(text, heading) == text.size() && !text.ends_with('\n')) edited += '\n';
        edited.insert(line_end(edited, heading), line);
    } else {
        if (!edited.empty() && !edited.ends_with('\n')) edited += '\n';
        if (!edited.empty()) edited += '\n';
        edited += fmt::format("[{}]\n{}", section, line);
    }
    return checked(text, std::move(edited), key, &value, file);
}

api::Outcome<std::string> unset_in_config(std::string_view text,
                                          const ConfigKey& key,
                                          std::string_view file) {
    KITH_TRY(const toml::table table, parse_toml(text, file));
    const std::size_t dot = key.name.find('.');
    const auto place = find_place(text, table, key.name.substr(0, dot), key.name.substr(dot + 1));
    std::string edited(text);
    if (!place) return edited;
    const std::size_t begin = line_begin(text, place->key);
    edited.erase(begin, line_end(text, place->end) - begin);
    return checked(text, std::move(edited), key, nullptr, file);
}

}  // namespace kith::daemon
