// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/set_up.h"

#include "cli/render.h"
#include "core/api/method.h"
#include "core/text/name.h"

#include <fmt/format.h>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::Problem;

// Sealing the key takes a second or two of Argon2id.
constexpr Duration create_limit = seconds(60);
constexpr std::string_view default_device = "device";
constexpr std::string_view name_flag = "--name \"Your Name\"";

api::Outcome<std::string> chosen_name(Context& context, const std::string& typed) {
    std::string name = typed;
    if (name.empty()) {
        KITH_TRY(name, context.ask().ask("your name:", name_flag));
    }
    auto checked = text::make_name(name);
    if (!checked) return failure(Problem::Usage, checked.error().context, std::string(name_flag));
    return *std::move(checked);
}

api::Outcome<std::optional<std::string>> chosen_passphrase(Context& context) {
    KITH_TRY(auto first, context.passphrase("passphrase for the keys on this disk:"));
    if (!first) {
        return failure(Problem::InputNeeded,
                       "a passphrase is needed, and there is nobody to ask",
                       "set KITH_PASSPHRASE_FILE to a file that holds the passphrase");
    }
    if (first->empty()) return failure(Problem::Usage, "an empty passphrase seals nothing");
    KITH_TRY(const auto second, context.passphrase("once more:"));
    if (second != first) return failure(Problem::Usage, "the two passphrases differ");
    return first;
}

}  // namespace

api::Outcome<> check_name(Context& context, const std::string& typed) {
    if (typed.empty() && context.ask().possible()) return {};
    KITH_CHECK(chosen_name(context, typed));
    return {};
}

api::Outcome<bool> is_set_up(Context& context) {
    KITH_TRY(ApiClient* const client, context.daemon());
    KITH_TRY(const api::Hello hello, client->hello(context.globals().timeout));
    return hello.state != api::ProfileState::NotSetUp;
}

api::Outcome<> refuse_second_identity(Context& context) {
    KITH_TRY(const bool exists, is_set_up(context));
    if (!exists) return {};
    return failure(Problem::Exists,
                   fmt::format("profile \"{}\" has an identity already", context.paths().profile),
                   "kith id   or another one: kith -p NAME init");
}

api::Outcome<api::Identity> set_up(Context& context, const SetUp& wanted) {
    api::IdentityCreate create;
    KITH_TRY(create.name, chosen_name(context, wanted.name));
    create.network = wanted.network;
    if (!wanted.network_name.empty()) create.network_name = wanted.network_name;
    create.device = wanted.device.empty() ? std::string(default_device) : wanted.device;
    if (wanted.passphrase) {
        KITH_TRY(create.passphrase, chosen_passphrase(context));
    }
    return context.call(create, create_limit);
}

void show_new_identity(Context& context, const api::Identity& identity) {
    Output& out = context.out();
    out.object(identity);
    std::vector<std::vector<std::string>> rows{{"name", one_line(identity.name)},
                                               {"address", one_line(identity.address)}};
    if (identity.recovery) rows.push_back({"recovery key", one_line(*identity.recovery)});
    out.lines(table(rows));
    if (identity.recovery) {
        out.note("write the recovery key down: it is shown this once, and it is the whole account");
    }
}

}  // namespace kith::cli::commands
