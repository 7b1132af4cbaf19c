// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/startup_failure.h"

#include "core/api/writer.h"
#include "core/text/display.h"

#include <fmt/format.h>

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

std::string failure_object(const api::Failure& failure) {
    std::string out;
    api::Writer writer(out);
    writer.begin_object();
    writer.name("v");
    writer.unsigned_number(1);
    writer.name("type");
    writer.text("error");
    writer.name("code");
    writer.text(failure.code);
    writer.name("message");
    writer.text(failure.message);
    if (!failure.facts.empty()) {
        writer.name("facts");
        writer.begin_array();
        for (const std::string& fact : failure.facts)
            writer.text(fact);
        writer.end_array();
    }
    if (!failure.hint.empty()) {
        writer.name("hint");
        writer.text(failure.hint);
    }
    writer.name("exit");
    writer.integer(failure.exit);
    writer.end_object();
    return out;
}

}  // namespace kith::daemon
