// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/config_store.h"

#include "daemon/config_file.h"
#include "daemon/private_file.h"

#include <fmt/format.h>

#include <filesystem>

namespace kith::daemon {
namespace {

std::string file_name(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

}  // namespace

ConfigStore::ConfigStore(std::string file, ConfigOverrides overrides, std::string system_file)
    : file_(std::move(file)),
      overrides_(std::move(overrides)),
      system_file_(std::move(system_file)) {}

api::Outcome<std::string> ConfigStore::read_text(const std::string& path) const {
    const auto content = read_private_file(path, config_file_size, Privacy::Settings);
    if (!content) return api::failure(api::Problem::BadConfig, content.error().context);
    if (!content->has_value()) return std::string();
    return std::string(as_text(**content));
}

api::Outcome<LoadedConfig> ConfigStore::read_layers() const {
    LoadedConfig loaded;
    for (const auto& [path, origin] :
         {std::pair(system_file_, Origin::System), std::pair(file_, Origin::File)}) {
        if (path.empty()) continue;
        KITH_TRY(const std::string text, read_text(path));
        const std::string name = origin == Origin::System ? path : file_name(path);
        KITH_TRY(const auto settings, parse_config(text, name));
        KITH_CHECK(loaded.apply(settings, origin));
    }
    KITH_CHECK(loaded.apply(overrides_.environment, Origin::Environment));
    KITH_CHECK(loaded.apply(overrides_.flags, Origin::Flag));
    return loaded;
}

api::Outcome<> ConfigStore::load() {
    KITH_TRY(loaded_, read_layers());
    if (on_change_) on_change_(loaded_.values);
    return {};
}

api::ConfigEntry ConfigStore::entry(const ConfigKey& key) const {
    api::ConfigEntry entry;
    entry.key = key.name;
    entry.value = to_text(value_of(loaded_.values, key));
    entry.preset = to_text(value_of(Config{}, key));
    entry.origin = to_string(loaded_.origin_of(key));
    if (!key.restart) return entry;
    entry.restart = true;
    if (!running_) return entry;
    const std::string running = to_text(value_of(*running_, key));
    if (running != entry.value) entry.pending = std::exchange(entry.value, running);
    return entry;
}

std::vector<api::ConfigEntry> ConfigStore::list() const {
    std::vector<api::ConfigEntry> entries;
    for (const ConfigKey& key : config_keys())
        entries.push_back(entry(key));
    return entries;
}

api::Outcome<api::ConfigEntry> ConfigStore::get(std::string_view key) const {
    const ConfigKey* known = find_config_key(key);
    if (known == nullptr) return tl::unexpected(unknown_config_key(key));
    return entry(*known);
}

api::Outcome<api::ConfigEntry> ConfigStore::set(std::string_view key, std::string_view value) {
    const ConfigKey* known = find_config_key(key);
    if (known == nullptr) return tl::unexpected(unknown_config_key(key));
    KITH_TRY(const ConfigValue parsed, parse_config_value(*known, value));
    KITH_TRY(const std::string text, read_text(file_));
    KITH_TRY(const std::string edited, set_in_config(text, *known, parsed, file_name(file_)));
    return replace(*known, edited);
}

api::Outcome<api::ConfigEntry> ConfigStore::unset(std::string_view key) {
    const ConfigKey* known = find_config_key(key);
    if (known == nullptr) return tl::unexpected(unknown_config_key(key));
    KITH_TRY(const std::string text, read_text(file_));
    KITH_TRY(const std::string edited, unset_in_config(text, *known, file_name(file_)));
    if (edited == text) return entry(*known);
    return replace(*known, edited);
}

api::Outcome<api::ConfigEntry> ConfigStore::replace(const ConfigKey& key, const std::string& text) {
    const std::string folder = std::filesystem::path(file_).parent_path().string();
    if (const auto made = make_private_directory(folder); !made) {
        return tl::unexpected(api::from_error(made.error()));
    }
    if (const auto written = replace_private_file(file_, as_bytes(text)); !written) {
        return tl::unexpected(api::from_error(written.error()));
    }
    KITH_CHECK(load());
    return entry(key);
}

}  // namespace kith::daemon
