// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration file: what it sets can be set again, and an edit leaves a file that reads.
#include "daemon/config_file.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace daemon;
    const std::string_view text = as_text(in);
    const auto settings = parse_config(text, "config.toml");
    if (!settings) return;
    Config config;
    for (const ConfigSetting& setting : *settings) {
        KITH_ASSERT(assign(config, *setting.key, setting.value));
        const auto edited = set_in_config(text, *setting.key, setting.value, "config.toml");
        KITH_ASSERT(edited && parse_config(*edited, "config.toml"));
        KITH_ASSERT(unset_in_config(text, *setting.key, "config.toml"));
    }
}

}  // namespace kith::fuzz
