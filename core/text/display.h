// SPDX-License-Identifier: GPL-3.0-or-later
// display(): the one way by which text that others wrote reaches a person.
//
// A whitelist: what it gives consists of letters, marks, numbers, punctuation, symbols, blanks and,
// in texts, line ends; nothing that steers a terminal, turns the direction of writing, hides, or
// draws nothing where a name is read. Blacklists have failed in other messengers: a filter of ten
// characters had forgotten ESC.
//
// Guarantees, tested with hostile strings: only whitelisted code points; display(display(x)) is
// display(x); never longer than four times its input (an empty name becomes one character).
// docs/spec/control-api.md#display
#pragma once

#include <string>
#include <string_view>

namespace kith::text {

enum class Kind {
    Name,  // NFC, one line, trimmed, 1 to 64 code points
    Line,  // one line, at most 400 columns; "…" when cut
    Text,  // at most 60,000 bytes and 2,000 lines; "…" when cut
    Log,   // one record, one line
};

/// How control characters are drawn: as pictures (U+2400 and on), or as \x1b.
enum class Symbols { Unicode, Ascii };

/// `text` may be any bytes. Pure; the result is valid UTF-8.
std::string display(std::string_view text, Kind kind, Symbols symbols = Symbols::Unicode);

/// Cells that display()ed text takes by the tables of Unicode, not by what a terminal draws.
std::size_t columns(std::string_view displayed);

/// A name with the beginning of its key, "alice⟨k3f9⟩". Displays both.
std::string tagged(std::string_view name, std::string_view tag);

}  // namespace kith::text
