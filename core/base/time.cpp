// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/time.h"

#include <fmt/compile.h>

#include <iterator>

namespace kith {

void append_rfc3339(std::string& out, Timestamp time) {
    const std::uint64_t millis = unix_millis(time);
    const std::chrono::sys_seconds whole{std::chrono::seconds(millis / 1000)};
    const auto day = std::chrono::floor<std::chrono::days>(whole);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{whole - day};
    fmt::format_to(std::back_inserter(out),
                   FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"),
                   static_cast<int>(date.year()),
                   static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()),
                   clock.hours().count(),
                   clock.minutes().count(),
                   clock.seconds().count(),
                   millis % 1000);
}

std::string to_rfc3339(Timestamp time) {
    std::string out;
    append_rfc3339(out, time);
    return out;
}

std::string to_words(Duration duration) {
    using std::chrono::duration_cast;
    const auto total = duration_cast<seconds>(duration).count();
    if (total < 1) return fmt::format("{} ms", duration_cast<milliseconds>(duration).count());
    if (total < 60) return fmt::format("{} s", total);
    const auto two = [](auto big, const char* big_unit, auto small, const char* small_unit) {
        if (small == 0) return fmt::format("{} {}", big, big_unit);
        return fmt::format("{} {} {} {}", big, big_unit, small, small_unit);
    };
    if (total < 3600) return two(total / 60, "min", total % 60, "s");
    if (total < 86400) return two(total / 3600, "h", total % 3600 / 60, "min");
    return two(total / 86400, "d", total % 86400 / 3600, "h");
}

}  // namespace kith
