// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

namespace kith::cli {
namespace {

std::tm local(Timestamp time) {
    const auto seconds = static_cast<std::time_t>(unix_seconds(time));
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    return parts;
}

}  // namespace

SteadyTime steady_now() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return SteadyTime(std::chrono::duration_cast<Duration>(now));
}

Timestamp wall_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return Timestamp(std::chrono::duration_cast<Duration>(now));
}

int poll_timeout(SteadyTime deadline) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30));
}

std::string local_time(Timestamp time) {
    const std::tm parts = local(time);
    return fmt::format("{:02}:{:02}", parts.tm_hour, parts.tm_min);
}

std::string local_date(Timestamp time) {
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::tm parts = local(time);
    return fmt::format("{} {} {} {}",
                       days.at(static_cast<std::size_t>(parts.tm_wday)),
                       parts.tm_mday,
                       months.at(static_cast<std::size_t>(parts.tm_mon)),
                       parts.tm_year + 1900);
}

std::string ago(Timestamp then, Timestamp now) {
    const Duration age = now - then;
    if (age < minutes(1)) return "now";
    if (age < hours(1)) return to_words(std::chrono::floor<minutes>(age));
    if (age < days(1)) return to_words(std::chrono::floor<hours>(age));
    return to_words(std::chrono::floor<days>(age));
}

}  // namespace kith::cli
