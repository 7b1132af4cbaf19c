// SPDX-License-Identifier: GPL-3.0-or-later
// BUSY, both ways: what we do not take now, and what the peer does not.
#include "core/message/inner.h"
#include "core/node/peer_link.h"

#include <algorithm>

namespace kith::node {
namespace {

using wire::BusyCode;

// What was refused behind the first message is said together.
constexpr Duration refusals_together = milliseconds(10);

std::uint32_t whole_seconds(Duration wait) {
    const auto up = std::chrono::ceil<seconds>(std::max(wait, Duration::zero()));
    return static_cast<std::uint32_t>(std::min<seconds>(up, hours(1)).count());
}

}  // namespace

// --- Incoming messages

void PeerLink::refuse(std::vector<std::uint32_t> ns, BusyCode code, Duration retry) {
    if (!open_) return;
    wire::Busy busy;
    busy.ns = std::move(ns);
    busy.code = code;
    busy.retry = whole_seconds(retry);
    send(busy);
}

void PeerLink::refuse_from(std::uint32_t n, ByteView inner, BusyCode code, Duration retry) {
    // What was noted before belongs to the refusal before.
    say_refused();
    const Duration told = seconds(std::max<std::uint32_t>(whole_seconds(retry), 1));
    intake_.shut({message::inner_id(inner), n, code, told}, clock_.now());
    refuse({n}, code, told);
}

PeerLink::Turn PeerLink::turn_of(std::uint32_t n, ByteView inner) {
    if (!intake_.is_shut()) return Turn::Its;
    const SteadyTime now = clock_.now();
    if (intake_.is_next(message::inner_id(inner), now)) return Turn::Its;
    const bool through = intake_.passed_by(now);
    if (intake_.refused(n)) {
        say_refused();
    } else {
        refusals_ = clock_.call_after(refusals_together, [this] { say_refused(); });
    }
    return through ? Turn::PastBusy : Turn::Behind;
}

void PeerLink::say_refused() {
    refusals_.cancel();
    auto ns = intake_.take_refused();
    if (ns.empty() || !intake_.is_shut()) return;
    refuse(std::move(ns), intake_.head()->code, intake_.head()->retry);
}

bool PeerLink::refusing(BusyCode code) const {
    return intake_.is_shut() && intake_.head()->code == code;
}

void PeerLink::go_on() {
    if (!intake_.is_shut()) return;
    say_refused();
    refuse({intake_.head()->n}, intake_.head()->code, Duration::zero());
}

// --- Outgoing messages

bool PeerLink::on_busy(ByteView body) {
    const auto busy = wire::Busy::decode(body);
    if (!busy) return false;
    Lane* const lane = outbox_.lane(device()->device);
    if (busy->ns.empty() || !lane) return true;
    for (const std::uint32_t n : busy->ns) {
        if (n >= next_n_) return false;
        const auto found = in_flight_.find(n);
        if (found == in_flight_.end()) continue;
        cursor_ = std::min(cursor_, found->second.position - 1);
        in_flight_bytes_ -= found->second.size;
        in_flight_.erase(found);
    }
    hold(*lane, *busy);
    return true;
}

void PeerLink::hold(Lane& lane, const wire::Busy& busy) {
    const std::uint32_t first = *std::ranges::min_element(busy.ns);
    if (busy.retry == 0) {
        // Its word that it goes on.
        if (pace_.held()) resume();
        return;
    }
    if (!pace_.refused(first, next_n_, busy.code)) return;
    const Duration wait = std::clamp<Duration>(seconds(busy.retry), seconds(1), hours(1));
    const SteadyTime until = clock_.now() + wait;
    lane.set_hold(Hold{busy.code, until});
    resume_ = clock_.call_at(until, [this] { resume(); });
}

void PeerLink::resume_hold(const Lane& lane) {
    const Hold& hold = *lane.hold();
    pace_.begin_carefully();
    if (hold.code != BusyCode::Rate || hold.until <= clock_.now()) return;
    pace_.refused(1, 2, hold.code);
    resume_ = clock_.call_at(hold.until, [this] { resume(); });
}

void PeerLink::resume() {
    resume_.cancel();
    pace_.resume(next_n_);
    pump();
}

void PeerLink::go_on_after(Lane& lane, std::uint32_t highest) {
    if (pace_.held()) return;
    lane.set_hold(std::nullopt);
    if (pace_.acknowledged(highest, next_n_)) one_more_.cancel();
}

}  // namespace kith::node
