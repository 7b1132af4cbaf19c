// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/time_text.h"

#include <optional>

namespace kith::api {
namespace {

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool at_end() const { return at_ == text_.size(); }

    bool skip(char wanted) {
        if (at_end() || text_[at_] != wanted) return false;
        ++at_;
        return true;
    }

    bool skip_either(char a, char b) { return skip(a) || skip(b); }

    bool digit_follows() const { return !at_end() && text_[at_] >= '0' && text_[at_] <= '9'; }

    // Exactly `count` digits as a number up to `max`.
    std::optional<int> number(int count, int max) {
        int value = 0;
        for (int i = 0; i < count; ++i) {
            if (!digit_follows()) return std::nullopt;
            value = value * 10 + (text_[at_++] - '0');
        }
        return value <= max ? std::optional(value) : std::nullopt;
    }

    // Digits after the point, as microseconds; finer ones are cut off.
    std::optional<Duration> fraction() {
        if (!digit_follows()) return std::nullopt;
        Duration value{0};
        for (int scale = 100000; digit_follows(); scale /= 10)
            value += Duration(scale * (text_[at_++] - '0'));
        return value;
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

std::optional<Duration> date(Scanner& scan) {
    const auto year = scan.number(4, 9999);
    if (!year || !scan.skip('-')) return std::nullopt;
    const auto month = scan.number(2, 12);
    if (!month || !scan.skip('-')) return std::nullopt;
    const auto day = scan.number(2, 31);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch();
}

std::optional<Duration> time_of_day(Scanner& scan) {
    const auto hour = scan.number(2, 23);
    if (!hour || !scan.skip(':')) return std::nullopt;
    const auto minute = scan.number(2, 59);
    if (!minute || !scan.skip(':')) return std::nullopt;
    const auto second = scan.number(2, 60);
    if (!second) return std::nullopt;
    Duration value = hours(*hour) + minutes(*minute) + seconds(std::min(*second, 59));
    if (scan.skip('.')) {
        const auto fraction = scan.fraction();
        if (!fraction) return std::nullopt;
        value += *fraction;
    }
    return value;
}

std::optional<Duration> offset(Scanner& scan) {
    if (scan.skip_either('Z', 'z')) return Duration{0};
    const bool west = scan.skip('-');
    if (!west && !scan.skip('+')) return std::nullopt;
    const auto hour = scan.number(2, 23);
    if (!hour || !scan.skip(':')) return std::nullopt;
    const auto minute = scan.number(2, 59);
    if (!minute) return std::nullopt;
    const Duration value = hours(*hour) + minutes(*minute);
    return west ? -value : value;
}

}  // namespace

Result<Timestamp> parse_rfc3339(std::string_view text) {
    Scanner scan(text);
    const auto day = date(scan);
    if (!day || !scan.skip_either('T', 't')) return fail(Code::Malformed, "not a date");
    const auto time = time_of_day(scan);
    if (!time) return fail(Code::Malformed, "not a time of day");
    const auto shift = offset(scan);
    if (!shift || !scan.at_end()) return fail(Code::Malformed, "not an offset from UTC");
    return Timestamp(*day + *time - *shift);
}

}  // namespace kith::api
