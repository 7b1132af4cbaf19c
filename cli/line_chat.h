// SPDX-License-Identifier: GPL-3.0-or-later
// The chat as lines: one line an event, one line a message, for terminals, pipes and screen
// readers. Ticks are words: "delivered 01J9...".
#pragma once

#include "cli/context.h"
#include "core/api/contacts.h"
#include "core/api/events.h"

#include <map>
#include <string>
#include <string_view>

namespace kith::cli {

class LineChat {
  public:
    LineChat(Context& context, api::Contact contact)
        : context_(context), contact_(std::move(contact)) {}

    /// Shows the last messages, then goes on until /quit or the end of the input.
    api::Outcome<> run();

  private:
    api::Outcome<> show_recent(std::uint64_t count);
    api::Outcome<> loop(ApiClient& client);
    /// False: the chat is over.
    api::Outcome<bool> take_line(std::string_view line);
    api::Outcome<bool> take_command(std::string_view command);
    api::Outcome<> send(std::string_view text);
    api::Outcome<> take_event(const api::Event& event);
    api::Outcome<> show_status();
    api::Outcome<> show_safety_number();
    void prompt();
    void say(std::string_view line);

    Context& context_;
    api::Contact contact_;
};

}  // namespace kith::cli
