// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for every command, from flags and, below them, the environment.
#pragma once

#include "core/base/time.h"

#include <string>

namespace kith::cli {

struct Globals {
    std::string profile;  // empty: from the environment, else "default"
    std::string socket;
    bool json = false;
    bool quiet = false;
    bool no_color = false;
    bool no_input = false;
    bool yes = false;
    bool autostart = true;
    int verbose = 0;
    Duration timeout = seconds(10);
    bool timeout_given = false;
};

}  // namespace kith::cli
