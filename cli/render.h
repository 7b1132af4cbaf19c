// SPDX-License-Identifier: GPL-3.0-or-later
// Objects as lines for people. Names and texts are displayed here with their own kind, so that
// neither can imitate a line, a prompt or a time stamp.
#pragma once

#include "core/api/contacts.h"
#include "core/api/messages.h"

#include <string>
#include <string_view>
#include <vector>

namespace kith::cli {

/// One line, without what could break it.
std::string one_line(std::string_view text);

/// The name, with its key tag where the daemon says that it must not stand alone, or where the
/// user has not accepted it.
std::string shown_name(const api::Contact& contact);
std::string shown_name(const api::Message& message);

/// "✓✓", or ">>" in ASCII: what is known about a message of ours. Empty for received ones.
std::string_view mark(api::MessageState state, bool ascii);

/// Rows of cells, aligned; the last cell of a row is not padded.
std::vector<std::string> table(const std::vector<std::vector<std::string>>& rows);

/// A text beside its heading: lines after the first begin where the first one does.
std::string indented(std::string_view heading, std::string_view text, bool ascii = false);

/// "15:04 Bob  hello". `names` is the width of the name's column.
std::string message_line(const api::Message& message, std::size_t names, bool ascii);

/// Messages oldest first, with an item for each new day.
std::vector<std::string> conversation(const std::vector<api::Message>& messages, bool ascii);

/// "41.3 KiB": bytes in the unit that keeps them short.
std::string size_words(std::uint64_t bytes);

/// "kith1 qf7x 9r…": for reading aloud and comparing.
std::string in_groups(std::string_view text, std::size_t group);

}  // namespace kith::cli
