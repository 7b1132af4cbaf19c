// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/failure_text.h"

#include "core/text/display.h"

#include <fmt/format.h>

#include <cstdio>

namespace kith::daemon {

std::string failure_text(const api::Failure& failure) {
    const auto shown = [](const std::string& text) {
        return text::display(text, text::Kind::Line);
    };
    std::string out = fmt::format("error: {}\n", shown(failure.message));
    for (const std::string& fact : failure.facts)
        out += fmt::format("  {}\n", shown(fact));
    if (!failure.hint.empty()) out += fmt::format("try: {}\n", shown(failure.hint));
    return out;
}

void print_error(const std::string& text) {
    static_cast<void>(std::fputs(text.c_str(), stderr));
}

}  // namespace kith::daemon
