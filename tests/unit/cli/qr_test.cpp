// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/qr.h"

#include "cli/run_program.h"
#include "tests/unit/cli/fake_daemon.h"

#include <gtest/gtest.h>

#include <fstream>

namespace kith::cli {
namespace {

// Reads a drawing as a terminal does: the colours of each character cell become two pixels.
// true = dark.
std::vector<std::vector<bool>> pixels(std::string_view drawing) {
    std::vector<std::vector<bool>> rows;
    bool above = false;
    bool below = false;
    rows.resize(2);
    const auto colour = [](std::string_view code) { return code.ends_with(";16"); };
    while (!drawing.empty()) {
        if (drawing.starts_with("\x1b[")) {
            const std::string_view code = drawing.substr(2, drawing.find('m') - 2);
            if (code.starts_with("48;5;")) above = colour(code);
            if (code.starts_with("38;5;")) below = colour(code);
            drawing.remove_prefix(code.size() + 3);
        } else if (drawing.starts_with("▄")) {
            rows[rows.size() - 2].push_back(above);
            rows[rows.size() - 1].push_back(below);
            drawing.remove_prefix(std::string_view("▄").size());
        } else {
            EXPECT_EQ(drawing.front(), '\n');
            drawing.remove_prefix(1);
            if (!drawing.empty()) rows.resize(rows.size() + 2);
        }
    }
    return rows;
}

TEST(Qr, DrawsTheModulesOfTheCodeInAQuietZone) {
    const auto code = make_qr("KITH:V/1ABC");
    ASSERT_TRUE(code.has_value());
    const auto rows = pixels(draw(*code));
    const QrExtent cells = extent(*code);
    ASSERT_EQ(rows.size(), 2 * cells.rows);
    for (std::size_t y = 0; y < rows.size(); ++y) {
        ASSERT_EQ(rows[y].size(), cells.columns);
        for (std::size_t x = 0; x < cells.columns; ++x) {
            const bool inside = x >= 4 && y >= 4 && x < 4 + code->size && y < 4 + code->size;
            EXPECT_EQ(rows[y][x], inside && code->at(x - 4, y - 4)) << x << "," << y;
        }
    }
}

TEST(Qr, UsesTheSmallCodeForUpperCase) {
    // 183 characters of an invitation to a private network: version 9, 53 modules, at most.
    const auto code = make_qr("KITH:I/1" + std::string(218, 'A'));
    ASSERT_TRUE(code.has_value());
    EXPECT_LE(code->size, 53U);
}

TEST(Qr, RefusesWhatNoCodeHolds) {
    EXPECT_FALSE(make_qr(std::string(5000, 'A')).has_value());
}

TEST(Qr, EndsEveryLineWithAReset) {
    const std::string drawing = draw(*make_qr("x"));
    std::size_t lines = 0;
    for (std::size_t at = drawing.find('\n'); at != std::string::npos;
         at = drawing.find('\n', at + 1)) {
        EXPECT_EQ(drawing.substr(at - 4, 4), "\x1b[0m");
        ++lines;
    }
    EXPECT_EQ(lines, extent(*make_qr("x")).rows);
}

// An independent reader sees the same text, in dark and in light themes: the colours are our own.
TEST(Qr, IsReadByAScanner) {
    const std::string text = "KITH:I/1ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const auto rows = pixels(draw(*make_qr(text)));
    const test::TemporaryDirectory directory;
    const std::string path = directory.path() + "/code.pgm";
    constexpr std::size_t scale = 8;
    {
        std::ofstream image(path, std::ios::binary);
        image << "P5 " << rows.front().size() * scale << " " << rows.size() * scale << " 255\n";
        for (const auto& row : rows) {
            for (std::size_t line = 0; line < scale; ++line) {
                for (const bool dark : row)
                    image << std::string(scale, dark ? '\x00' : '\xff');
            }
        }
    }
    Program scanner;
    scanner.words = {"zbarimg", "--quiet", "--raw", path};
    scanner.capture_output = true;
    scanner.capture_errors = true;
    const auto read = run_program(scanner);
    ASSERT_TRUE(read.has_value());
    if (read->status == 127) GTEST_SKIP() << "zbarimg is not installed";
    EXPECT_EQ(read->output, text + "\n");
}

}  // namespace
}  // namespace kith::cli
