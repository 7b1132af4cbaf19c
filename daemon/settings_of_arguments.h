// SPDX-License-Identifier: GPL-3.0-or-later
// The settings that the command line and the environment make.
#pragma once

#include "daemon/arguments.h"
#include "daemon/config_store.h"

namespace kith::daemon {

/// Settings for all users of the machine, below those of the profile.
inline constexpr const char* system_config_file = "/etc/kith/kithd.toml";

/// usage, bad-config: a value is wrong.
api::Outcome<ConfigOverrides> settings_of(const Arguments& arguments,
                                          const Environment& environment);

}  // namespace kith::daemon
