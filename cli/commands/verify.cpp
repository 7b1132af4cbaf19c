// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/commands.h"
#include "cli/qr.h"
#include "cli/render.h"
#include "core/api/method.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::Problem;

std::string digits_of(std::string_view text) {
    std::string digits;
    std::ranges::copy_if(
        text, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

// Sixty digits in three rows of four groups, as they are read aloud.
std::vector<std::string> rows(std::string_view safety_number) {
    const std::string digits = digits_of(safety_number);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < digits.size(); at += 20)
        lines.push_back("    " + in_groups(std::string_view(digits).substr(at, 20), 5));
    return lines;
}

api::Outcome<> confirm(Context& context, const std::string& who, bool match) {
    KITH_TRY(const api::Verification after, context.call(api::VerifyConfirm{who, match}));
    if (match) {
        context.out().object(after);
        context.out().line("verified");
        return {};
    }
    return failure(Problem::BadSignature,
                   "the safety numbers differ: somebody else may be in between",
                   "compare again by another way before you write anything secret");
}

}  // namespace

api::Outcome<> verify(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const std::string& who = arguments.get("WHO");
    KITH_TRY(const api::Verification safety, context.call(api::VerifyShow{who}));
    if (arguments.has("--matches")) {
        const std::string& code = arguments.get("--matches");
        const bool same = code.starts_with("KITH:V/1")
                              ? code == safety.qr
                              : digits_of(code) == digits_of(safety.safety_number);
        return confirm(context, safety.id, same);
    }
    out.object(safety);
    out.line(fmt::format("safety number with {} ({}):",
                         one_line(safety.name.value_or(who)),
                         to_string(safety.state)));
    out.lines(rows(safety.safety_number));
    if (out.on_terminal() && !arguments.has("--no-qr")) {
        out.drawing(qr_for_terminal(safety.qr, STDOUT_FILENO));
    }
    out.flush();
    if (out.json() || !context.ask().possible()) return {};
    const auto answer =
        context.ask().ask("does the other side see the same? [y/n, Enter: later]", "--matches");
    if (!answer) return tl::unexpected(answer.error());
    if (*answer == "y" || *answer == "yes") return confirm(context, safety.id, true);
    if (*answer == "n" || *answer == "no") return confirm(context, safety.id, false);
    return {};
}

}  // namespace kith::cli::commands
