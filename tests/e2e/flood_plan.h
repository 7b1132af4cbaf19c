// SPDX-License-Identifier: GPL-3.0-or-later
// What a flood of strangers is like: the settings of flood.cpp, which explains them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace kith::test {

[[noreturn]] inline void give_up(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

inline double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct FloodPlan {
    std::string link;
    std::size_t count = 0;
    std::uint32_t difficulty = 0;
    std::string fault = "none";
    std::size_t at_once = 1;
    std::size_t networks = 0;
    std::size_t first = 0;
    std::size_t hold = 4;
    bool wait = false;
    bool same = false;
    bool patient = false;

    static FloodPlan of(int argc, char** argv) {
        FloodPlan out;
        out.link = argv[1];
        out.count = number(argv[2]);
        for (int i = 3; i < argc; ++i) {
            const std::string word = argv[i];
            const auto split = word.find('=');
            if (split == std::string::npos) give_up("NAME=VALUE, not " + word);
            out.set(word.substr(0, split), word.substr(split + 1));
        }
        return out;
    }

  private:
    static std::size_t number(const std::string& text) {
        return static_cast<std::size_t>(std::strtoul(text.c_str(), nullptr, 10));
    }

    void set(const std::string& name, const std::string& value) {
        if (name == "each") {
            difficulty = static_cast<std::uint32_t>(number(value));
        } else if (name == "fault") {
            fault = value;
        } else if (name == "at-once") {
            at_once = std::max<std::size_t>(number(value), 1);
        } else if (name == "networks") {
            networks = number(value);
        } else if (name == "first") {
            first = number(value);
        } else if (name == "hold") {
            hold = number(value);
        } else if (name == "same") {
            same = number(value) != 0;
        } else if (name == "patient") {
            patient = number(value) != 0;
        } else if (name == "wait") {
            wait = number(value) != 0;
        } else {
            give_up("no such setting: " + name);
        }
    }
};

}  // namespace kith::test
