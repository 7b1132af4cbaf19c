// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration of one profile: its file, the layers above and below it, and the changes that
// `kith config` asks for, with or without a running daemon.
#pragma once

#include "core/api/status.h"
#include "daemon/config.h"

#include <functional>
#include <optional>

namespace kith::daemon {

/// Settings that flags and variables make; they win over files.
struct ConfigOverrides {
    std::vector<ConfigSetting> environment;
    std::vector<ConfigSetting> flags;
};

class ConfigStore {
  public:
    /// `system_file` is read below the profile's file; a missing file is an empty one.
    ConfigStore(std::string file, ConfigOverrides overrides, std::string system_file);

    /// Reads all layers. bad-config.
    api::Outcome<> load();

    const Config& values() const { return loaded_.values; }

    const std::string& path() const { return file_; }

    std::vector<api::ConfigEntry> list() const;
    /// bad-config: no such key.
    api::Outcome<api::ConfigEntry> get(std::string_view key) const;
    /// Writes the file, then reads all layers again. bad-config; no-space.
    api::Outcome<api::ConfigEntry> set(std::string_view key, std::string_view value);
    api::Outcome<api::ConfigEntry> unset(std::string_view key);

    /// The values are in use from now on: later changes of keys that need a restart are pending.
    void now_running() { running_ = loaded_.values; }

    /// Called after a change with the new values: what needs no restart takes effect.
    void on_change(std::function<void(const Config&)> action) { on_change_ = std::move(action); }

  private:
    api::Outcome<LoadedConfig> read_layers() const;
    api::Outcome<std::string> read_text(const std::string& path) const;
    api::Outcome<api::ConfigEntry> replace(const ConfigKey& key, const std::string& text);
    api::ConfigEntry entry(const ConfigKey& key) const;

    std::string file_;
    ConfigOverrides overrides_;
    std::string system_file_;
    LoadedConfig loaded_;
    std::optional<Config> running_;  // what a key that needs a restart still runs with
    std::function<void(const Config&)> on_change_;
};

}  // namespace kith::daemon
