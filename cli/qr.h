// SPDX-License-Identifier: GPL-3.0-or-later
// A QR code that scanners read from a terminal.
//
// Two cells of the code in one character cell, drawn with background colours and the lower half
// block only: full blocks leave gaps between the rows of some terminals, which do not scan.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::cli {

/// Dark modules of a code, without its quiet zone.
struct QrCode {
    std::size_t size = 0;  // modules on a side
    std::vector<bool> dark;

    bool at(std::size_t x, std::size_t y) const { return dark[y * size + x]; }
};

/// Error correction L. nullopt: the text is too long for any code.
std::optional<QrCode> make_qr(std::string_view text);

/// Character cells that the drawing takes: the code and its quiet zone.
struct QrExtent {
    std::size_t columns = 0;
    std::size_t rows = 0;
};

QrExtent extent(const QrCode& code);

/// Lines with escape sequences, dark on light in every theme; each ends with a reset and LF.
std::string draw(const QrCode& code);

/// Draws `text` if standard output is a terminal wide enough; "" otherwise.
std::string qr_for_terminal(std::string_view text, int terminal);

}  // namespace kith::cli
