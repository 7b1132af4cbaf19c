// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/availability.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <limits>

namespace kith::mailbox {

namespace {

constexpr std::size_t row_max = 512;

std::uint32_t day_of(Timestamp time) {
    return static_cast<std::uint32_t>(unix_seconds(time) / 86400);
}

}  // namespace

void Availability::record(bool answered, Timestamp now) {
    const std::uint32_t today = day_of(now);
    Day& day = days_[today % window_days];
    if (day.day != today) day = Day{today, 0, 0};
    if (day.asked == std::numeric_limits<std::uint16_t>::max()) return;
    ++day.asked;
    if (answered) {
        ++day.answered;
        last_answer_ = from_unix_seconds(unix_seconds(now));
    }
    if (first_poll_ == Timestamp{}) first_poll_ = from_unix_seconds(unix_seconds(now));
}

double Availability::share(Timestamp now) const {
    const std::uint32_t today = day_of(now);
    double asked = 2;
    double answered = 1;
    for (const Day& day : days_) {
        if (day.day > today || day.day + window_days <= today) continue;
        asked += day.asked;
        answered += day.answered;
    }
    return answered / asked;
}

Duration Availability::observed(Timestamp now) const {
    if (first_poll_ == Timestamp{}) return {};
    return std::max(now - first_poll_, Duration::zero());
}

Bytes Availability::encode() const {
    Bytes bytes;
    wire::Writer out(bytes);
    out.array(3).uint(unix_seconds(first_poll_)).uint(unix_seconds(last_answer_));
    const auto count = std::ranges::count_if(days_, [](const Day& day) { return day.asked != 0; });
    out.array(static_cast<std::size_t>(count));
    for (const Day& day : days_)
        if (day.asked != 0) out.array(3).uint(day.day).uint(day.asked).uint(day.answered);
    return bytes;
}

Result<Availability> Availability::decode(ByteView bytes) {
    wire::Reader in(bytes, row_max);
    in.tuple(3);
    Availability out;
    out.first_poll_ = from_unix_seconds(in.u64());
    out.last_answer_ = from_unix_seconds(in.u64());
    const std::size_t count = in.array(0, window_days);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        in.tuple(3);
        const Day day{in.u32(), in.u16(), in.u16()};
        Day& place = out.days_[day.day % window_days];
        in.require(place.asked == 0 && day.asked != 0 && day.answered <= day.asked);
        place = day;
    }
    return in.finish(out);
}

}  // namespace kith::mailbox
