// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration file: read with the place of every mistake, edited without losing a comment.
// A text in, a text out: reading and writing the file itself is config_store's work.
#pragma once

#include "daemon/config.h"

namespace kith::daemon {

/// Longest file that is read. Ours has some dozen lines.
inline constexpr std::size_t config_file_size = std::size_t{256} << 10;

/// The settings of a TOML text. `file` is its name in messages.
/// bad-config: "config.toml line 7, column 1: unknown key "lisen" in [daemon]", the nearest name
/// among the facts.
api::Outcome<std::vector<ConfigSetting>> parse_config(std::string_view text, std::string_view file);

/// The text with one value set: in place if the key is there, else below its section's heading.
/// Comments and all other lines stay as they are. bad-config: the text is not valid before or
/// after the edit.
api::Outcome<std::string> set_in_config(std::string_view text,
                                        const ConfigKey& key,
                                        const ConfigValue& value,
                                        std::string_view file);

/// The text without the key; unchanged when it is not there.
api::Outcome<std::string> unset_in_config(std::string_view text,
                                          const ConfigKey& key,
                                          std::string_view file);

}  // namespace kith::daemon
