// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/commands.h"
#include "cli/line_chat.h"
#include "cli/render.h"
#include "core/api/method.h"

#include <fmt/format.h>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::Problem;

// Without WHO: the only contact, or a question.
api::Outcome<std::string> choose(Context& context) {
    api::ContactList query;
    query.state = api::ContactState::Accepted;
    KITH_TRY(const auto contacts, context.call(query));
    if (contacts.empty()) {
        return failure(Problem::NoContact, "there is nobody to chat with yet", "kith invite");
    }
    if (contacts.size() == 1) return contacts.front().id;
    for (const api::Contact& contact : contacts)
        context.out().note("  " + shown_name(contact));
    return context.ask().ask("with whom?", "kith chat WHO");
}

}  // namespace

api::Outcome<> chat(Context& context, const Arguments& arguments) {
    std::string who = arguments.get("WHO");
    if (who.empty()) {
        KITH_TRY(who, choose(context));
    }
    KITH_TRY(api::Contact contact, context.call(api::ContactShow{who}));
    return LineChat(context, std::move(contact)).run();
}

}  // namespace kith::cli::commands
