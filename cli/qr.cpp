// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/qr.h"

#include <qrcodegen/QrCode.hpp>
#include <sys/ioctl.h>

#include <exception>

namespace kith::cli {
namespace {

// ISO/IEC 18004 asks for four light modules around the code; two rows make one character.
constexpr std::size_t quiet = 4;

constexpr std::string_view light_above = "\x1b[48;5;231m";
constexpr std::string_view dark_above = "\x1b[48;5;16m";
constexpr std::string_view light_below = "\x1b[38;5;231m";
constexpr std::string_view dark_below = "\x1b[38;5;16m";
constexpr std::string_view reset = "\x1b[0m";
constexpr std::string_view lower_half = "▄";

bool is_dark(const QrCode& code, std::size_t x, std::size_t y) {
    const bool inside = x >= quiet && y >= quiet && x < quiet + code.size && y < quiet + code.size;
    return inside && code.at(x - quiet, y - quiet);
}

}  // namespace

std::optional<QrCode> make_qr(std::string_view text) {
    using qrcodegen::QrSegment;
    try {
        const auto segments = QrSegment::makeSegments(std::string(text).c_str());
        const auto made = qrcodegen::QrCode::encodeSegments(
            segments, qrcodegen::QrCode::Ecc::LOW, 1, 40, -1, false);
        QrCode code;
        code.size = static_cast<std::size_t>(made.getSize());
        for (int y = 0; y < made.getSize(); ++y) {
            for (int x = 0; x < made.getSize(); ++x)
                code.dark.push_back(made.getModule(x, y));
        }
        return code;
    } catch (const std::exception&) {  // the library's word for "too long"
        return std::nullopt;
    }
}

QrExtent extent(const QrCode& code) {
    const std::size_t side = code.size + 2 * quiet;
    return {side, (side + 1) / 2};
}

std::string draw(const QrCode& code) {
    const QrExtent cells = extent(code);
    std::string out;
    for (std::size_t row = 0; row < cells.rows; ++row) {
        int before = -1;  // colours of the last cell: they are sent only when they change
        for (std::size_t x = 0; x < cells.columns; ++x) {
            const bool above = is_dark(code, x, 2 * row);
            const bool below = is_dark(code, x, 2 * row + 1);
            const int colours = (above ? 2 : 0) + (below ? 1 : 0);
            if (colours != before) {
                out += above ? dark_above : light_above;
                out += below ? dark_below : light_below;
            }
            before = colours;
            out += lower_half;
        }
        out += reset;
        out.push_back('\n');
    }
    return out;
}

std::string qr_for_terminal(std::string_view text, int terminal) {
    winsize window{};
    if (::ioctl(terminal, TIOCGWINSZ, &window) != 0) return {};
    const auto code = make_qr(text);
    if (!code || window.ws_col < extent(*code).columns) return {};
    return draw(*code);
}

}  // namespace kith::cli
