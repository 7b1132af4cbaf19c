// SPDX-License-Identifier: GPL-3.0-or-later
// The stored state of the desk, without its requests:
//   [version u8 = 1, effort, period u64, arrivals u32, reports u32, cold slots us, introduced slots
//    us, accepted, reported, judged us]
// Reals and times as in real_bits.h.
#include "core/reputation/real_bits.h"
#include "core/reputation/stranger_desk.h"

#include <algorithm>

namespace kith::reputation {
namespace {

constexpr std::uint8_t row_version = 1;
constexpr std::size_t row_max = 128;
constexpr double judgements_max = 1e9;

}  // namespace

Bytes StrangerDesk::encode_state() const {
    Bytes row;
    wire::Writer out(row);
    out.array(10).uint(row_version).uint(real_bits(effort_.value())).uint(period_);
    out.uint(arrivals_).uint(reports_);
    out.uint(micros_of(slots_.cold.arrival())).uint(micros_of(slots_.introduced.arrival()));
    out.uint(real_bits(accepted_)).uint(real_bits(reported_)).uint(micros_of(judged_));
    return row;
}

Result<> StrangerDesk::restore_state(ByteView row) {
    wire::Reader in(row, row_max);
    in.tuple(10);
    const std::uint8_t version = in.u8();
    if (in.ok() && version > row_version) {
        return fail(Code::UnsupportedVersion, "state of the desk of a newer kith");
    }
    in.require(version == row_version);
    const double effort = read_real(in, effort_max);
    in.require(effort >= effort_min);
    const std::uint64_t period = in.u64();
    const std::uint32_t arrivals = in.u32();
    const std::uint32_t reports = in.u32();
    const Gcra cold(read_time(in));
    const Gcra introduced(read_time(in));
    const double accepted = read_real(in, judgements_max);
    const double reported = read_real(in, judgements_max);
    const Timestamp judged = read_time(in);
    if (!in.finish()) return fail(Code::Corrupt, "state of the desk");
    effort_ = Effort::from_value(effort);
    period_ = period;
    arrivals_ = arrivals;
    reports_ = reports;
    slots_ = {cold, introduced};
    accepted_ = accepted;
    reported_ = reported;
    judged_ = judged;
    draw_lottery();
    return success();
}

bool StrangerDesk::restore(DeskRequest request) {
    const DeskClaim& claim = request.claim;
    if (find(claim.id) != nullptr || is_shown(claim.sender) || of_sender(claim.sender) != nullptr) {
        return false;
    }
    if (request.shown) {
        if (shown_.size() >= shown_max) return false;
        const auto place = std::ranges::upper_bound(shown_, request.shown, {}, &DeskRequest::shown);
        shown_.insert(place, std::move(request));
        return true;
    }
    Queue& queue = this->queue(claim.way);
    if (queue.size() >= bound_of(claim.way)) return false;
    const DeskRank rank = rank_of(claim, request.tickets);
    queue.push_back({std::move(request), rank});
    return true;
}

}  // namespace kith::reputation
