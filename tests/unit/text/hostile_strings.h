// SPDX-License-Identifier: GPL-3.0-or-later
// What hostile peers put into names, texts and file names: 2,000 strings, always the same.
#pragma once

#include "core/base/utf8.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kith::test {

// SplitMix64: enough variety, and the same on every machine.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t roll(std::uint64_t bound) {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
        return (z ^ (z >> 31)) % bound;
    }

  private:
    std::uint64_t state_;
};

inline std::vector<std::string> classic_attacks() {
    using namespace std::string_literals;
    std::vector<std::string> list{
        "",
        " ",
        "\n",
        "\x1b[31mred\x1b[0m",
        "\x1b]0;pwned\x07title",
        "\x1b]52;c;cm0gLXJmIH4=\x07",  // writes the clipboard
        "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
        "\x1bP+q544e\x1b\\",  // asks the terminal, which types the answer
        "\x1b[6n\x1b[c\x1b[2J\x1b[H",
        "\u009b31mC1 control",
        "\u0090dcs\u009c",
        "over\rwritten",
        "back\b\b\b\bspace",
        "bell\x07\x07",
        "nul\0inside"s,
        "\x7f\x7f",
        "Alice\u202eecilA",
        "photo_\u202egpj.exe",
        "\u2066isolate",
        "\u200bAli\u200bce",
        "\ufeffBOM",
        "soft\u00adhyphen",
        "tag\U000e0041\U000e0042\U000e007f",
        "line\u2028separator\u2029end",
        "\xff\xfe\xfd",
        "\xc0\x80",          // overlong NUL
        "\xe0\x80\xaf",      // overlong slash
        "\xed\xa0\x80",      // surrogate
        "\xf4\x90\x80\x80",  // beyond Unicode
        "\xf0\x9f\x91",      // truncated
        "\u0301leading mark",
        "z\u0335\u0321\u0322\u0327\u0328\u0338\u0301\u0302\u0303\u0304\u0305algo",
        "\u3164",
        "\u115f\u1160\uffa0\u2800",
        "\ue000private",
        "\u0378unassigned",
        "\U0001F468\u200d\U0001F469\u200d\U0001F467",
        "\u200d\u200d\U0001F469\u200d",
        "1\ufe0f\u20e3 #\ufe0f 9\ufe0f",
        "\u2764\ufe0f\ufe0f\ufe0f",
        "\U0001F3F4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\U0001F1E9\U0001F1EA\U0001F1E9",
        "a\ufe00b\U000e0100c\u034fd",
        "\u0958\u0344\ufb2c\U0001D160",
        "\u1100\u0301\u0301\u0301\u0301\u0301\u1161",
        "12:00 Alice  me too",
        "error: your account is gone\ntry: rm -rf ~",
        "> you      yes\n",
        "--help",
        "-rf",
        "../../../etc/passwd",
        "C:\\con.txt",
        "$(reboot)`reboot`;reboot|reboot&",
        "%s%n%x{}{0}{:1000000}",
        "\t\t\ttabs",
        "\r\n\r\n",
        "\v\f\x1c\x1d\x1e\x1f",
        "\u0600\u06dd\u070f",
        "\U0001D173\U0001D17A",
        "\ufff9a\ufffab\ufffb",
        std::string(5000, 'A'),
        std::string(3000, '\n'),
        std::string(2000, '\x1b'),
        std::string(1000, '\t'),
        std::string(300, ' ') + "x",
    };
    std::string tower = "e";
    for (int i = 0; i < 500; ++i)
        tower += "\u0301";
    list.push_back(tower);
    std::string family;
    for (int i = 0; i < 200; ++i)
        family += "\U0001F469\u200d";
    list.push_back(family);
    return list;
}

/// 2,000 strings: the classics, and mixtures of what is dangerous with what is not.
inline std::vector<std::string> hostile_strings() {
    constexpr std::array<char32_t, 40> dangerous{
        0x1b,   0x07,   0x08,   0x0a,   0x0d,   0x09,   0x00,    0x7f,    0x85,    0x9b,
        0x00ad, 0x0301, 0x0338, 0x034f, 0x061c, 0x115f, 0x1160,  0x180e,  0x200b,  0x200d,
        0x200e, 0x202e, 0x2028, 0x2029, 0x2066, 0x2069, 0x20e3,  0x2800,  0x3164,  0xfe00,
        0xfe0e, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xe000, 0x1f469, 0x1f3fb, 0xe0041, 0xe0100};
    constexpr std::array<std::string_view, 8> invalid{"\xff",
                                                      "\xc0\x80",
                                                      "\xed\xa0\x80",
                                                      "\xf4\x90\x80\x80",
                                                      "\xe2\x82",
                                                      "\x80",
                                                      "\xf0\x9f",
                                                      "\xfe"};
    std::vector<std::string> list = classic_attacks();
    Dice dice(2026);
    while (list.size() < 2000) {
        std::string text;
        for (std::uint64_t left = 1 + dice.roll(60); left > 0; --left) {
            switch (dice.roll(6)) {
                case 0:
                case 1:
                    append_utf8(text, dangerous[dice.roll(dangerous.size())]);
                    break;
                case 2:
                    text += invalid[dice.roll(invalid.size())];
                    break;
                case 3:
                    text.push_back(static_cast<char>(dice.roll(256)));
                    break;
                case 4:
                    append_utf8(text, static_cast<char32_t>(dice.roll(0xD800)));
                    break;
                default:
                    append_utf8(text, static_cast<char32_t>(0x10000 + dice.roll(0x100000)));
            }
        }
        list.push_back(std::move(text));
    }
    return list;
}

}  // namespace kith::test
