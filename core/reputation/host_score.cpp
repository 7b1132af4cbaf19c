// SPDX-License-Identifier: GPL-3.0-or-later
// The stored form: [version u8 = 1, G, record: bin], G as in real_bits.h.
#include "core/reputation/host_score.h"

#include "core/reputation/real_bits.h"

#include <algorithm>

namespace kith::reputation {
namespace {

constexpr std::uint8_t row_version = 1;
constexpr std::size_t row_max = Record::encoded_max + 16;

}  // namespace

void HostScore::observe(Event event, Timestamp now) {
    record_.observe(event, now);
    if (event == Event::Kept) losses_.kept();
    if (event == Event::Lost) losses_.lost();
}

double HostScore::weight(Timestamp now) const {
    return std::max(least_weight, score(now));
}

bool HostScore::should_leave(Timestamp now) const {
    return losses_.alarm() || score(now) < leave_below;
}

Bytes HostScore::encode() const {
    Bytes row;
    wire::Writer out(row);
    out.array(3).uint(row_version).uint(real_bits(losses_.level())).bin(record_.encode());
    return row;
}

Result<HostScore> HostScore::decode(ByteView row) {
    wire::Reader in(row, row_max);
    in.tuple(3);
    const std::uint8_t version = in.u8();
    if (in.ok() && version > row_version) {
        return fail(Code::UnsupportedVersion, "host score of a newer kith");
    }
    in.require(version == row_version);
    const double level = read_real(in, LossDetector::ceiling);
    const ByteView record = in.bin(1, Record::encoded_max);
    if (!in.finish()) return fail(Code::Corrupt, "row of a host score");
    KITH_TRY(Record decoded, Record::decode(record));
    if (decoded.context() != Context::Host) return fail(Code::Corrupt, "row of a host score");
    HostScore out{Timestamp()};
    out.record_ = std::move(decoded);
    out.losses_ = LossDetector::from_level(level);
    return out;
}

}  // namespace kith::reputation
