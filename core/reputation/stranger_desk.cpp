// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/stranger_desk.h"

#include "core/base/assert.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace kith::reputation {
namespace {

constexpr std::array ways{Way::Invited, Way::Introduced, Way::Cold};
constexpr std::uint32_t introduced_slots_a_day = 10;
// After so many quiet periods the effort is at its least.
constexpr std::uint64_t periods_that_count = 64;
constexpr double judgement_half_life = 60;
constexpr double notify_from = 0.5;

/// Whether a sender that waits has done more for it than before.
bool is_better(const DeskClaim& next, const DeskClaim& before) {
    if (next.way != before.way) return next.way > before.way;
    return next.difficulty > before.difficulty || next.epoch > before.epoch;
}

double faded(double count, Timestamp since, Timestamp now) {
    const std::chrono::duration<double, std::chrono::days::period> age = now - since;
    return age.count() > 0 ? count * std::exp2(-age.count() / judgement_half_life) : count;
}

auto lowest(auto& queue) {
    return std::ranges::min_element(queue, {}, [](const auto& entry) { return entry.rank; });
}

auto by_sender(const crypto::AccountKey& sender) {
    return [sender](const auto& entry) { return entry.request.claim.sender == sender; };
}

}  // namespace

StrangerDesk::StrangerDesk(DeskSecret secret, Settings settings, Timestamp now)
    : secret_(std::move(secret)), settings_(settings), period_(period_at(now)), judged_(now) {
    KITH_ASSERT(settings.slots_a_day >= 1);
}

/// Ends the periods that have passed: adapts the effort and draws the lottery anew.
void StrangerDesk::advance(Timestamp now) {
    const std::uint64_t period = period_at(now);
    if (period <= period_) return;
    const double slots =
        settings_.slots_a_day * (effort_period / std::chrono::duration<double>(days(1)));
    const std::uint64_t passed = std::min(period - period_, periods_that_count);
    for (std::uint64_t i = 0; i < passed; ++i) {
        effort_.end_period(arrivals_, reports_, slots);
        arrivals_ = 0;
        reports_ = 0;
    }
    period_ = period;
    draw_lottery();
}

void StrangerDesk::draw_lottery() {
    for (Queue& queue : queues_) {
        for (Waiting& waiting : queue)
            waiting.rank = rank_of(waiting.request.claim, waiting.request.tickets);
    }
}

std::size_t StrangerDesk::bound_of(Way way) {
    constexpr std::array bounds{cold_queue, introduced_queue, invited_queue};
    return bounds[static_cast<std::size_t>(way)];
}

DeskRank StrangerDesk::rank_of(const DeskClaim& claim, std::uint8_t tickets) const {
    // Introduced and invited ones are equal: only the lottery orders them.
    const std::uint8_t bucket =
        claim.way == Way::Cold ? rank_bucket(claim.difficulty, claim.price) : std::uint8_t{0};
    return {bucket, lottery_ticket(secret_, period_, claim.id, tickets)};
}

const DeskRequest* StrangerDesk::of_sender(const crypto::AccountKey& sender) const {
    for (const Queue& queue : queues_) {
        const auto found = std::ranges::find_if(queue, by_sender(sender));
        if (found != queue.end()) return &found->request;
    }
    return nullptr;
}

bool StrangerDesk::is_shown(const crypto::AccountKey& sender) const {
    return std::ranges::any_of(
        shown_, [&](const DeskRequest& request) { return request.claim.sender == sender; });
}

bool StrangerDesk::accepts(Way way) const {
    switch (settings_.accept) {
        case AcceptRequests::All:
            return true;
        case AcceptRequests::Introduced:
            return way != Way::Cold;
        case AcceptRequests::InvitedOnly:
            return way == Way::Invited;
    }
    return false;
}

// --- Arrival
// --------------------------------------------------------------------------------------

StrangerDesk::Verdict StrangerDesk::judge(const DeskClaim& claim, Timestamp now) {
    advance(now);
    if (!accepts(claim.way)) return Verdict::Closed;
    if (now >= request_end(claim.epoch)) return Verdict::Expired;
    if (is_shown(claim.sender)) return Verdict::Known;
    const DeskRequest* const waiting = of_sender(claim.sender);
    if (waiting != nullptr && !is_better(claim, waiting->claim)) return Verdict::Known;
    const Queue& queue = this->queue(claim.way);
    const bool frees_a_place = waiting != nullptr && waiting->claim.way == claim.way;
    if (queue.size() < bound_of(claim.way) || frees_a_place) return Verdict::Take;
    // Who holds an invitation can wait for the sender's next try; it is not worth a lottery.
    if (claim.way == Way::Invited) return Verdict::Full;
    return rank_of(claim, 1) > lowest(queue)->rank ? Verdict::Take : Verdict::Full;
}

StrangerDesk::Outcome StrangerDesk::offer(DeskRequest request, Timestamp now) {
    Outcome outcome;
    outcome.verdict = judge(request.claim, now);
    if (request.claim.way == Way::Cold) ++arrivals_;
    if (outcome.verdict != Verdict::Take) return outcome;
    request.tickets = 1;
    request.shown.reset();
    if (const DeskRequest* const before = of_sender(request.claim.sender)) {
        request.add_earlier(*before);
        outcome.gone = remove(request.claim.sender);
        std::erase(outcome.gone, request.claim.id);
    }
    Queue& queue = this->queue(request.claim.way);
    if (queue.size() >= bound_of(request.claim.way)) {
        const auto displaced = lowest(queue);
        outcome.gone.push_back(displaced->request.claim.id);
        queue.erase(displaced);
    }
    const DeskRank rank = rank_of(request.claim, request.tickets);
    queue.push_back({std::move(request), rank});
    return outcome;
}

// --- Showing
// --------------------------------------------------------------------------------------

Pace StrangerDesk::pace_of(Way way) const {
    const std::uint32_t slots = way == Way::Cold ? settings_.slots_a_day : introduced_slots_a_day;
    return Pace::of(slots, Duration(days(1)) / slots);
}

bool StrangerDesk::take_slot(Way way, Timestamp now) {
    if (way == Way::Invited) return true;
    Gcra<Timestamp>& slots = way == Way::Cold ? slots_.cold : slots_.introduced;
    return slots.take(pace_of(way), now) == Duration::zero();
}

bool StrangerDesk::room_to_show(Way way) const {
    if (!accepts(way) || shown_.size() >= shown_max) return false;
    if (way != Way::Cold) return true;
    const auto is_cold = [](const DeskRequest& request) { return request.claim.way == Way::Cold; };
    return static_cast<std::size_t>(std::ranges::count_if(shown_, is_cold)) < shown_cold_max;
}

/// Requires: the queue is not empty.
StrangerDesk::Waiting StrangerDesk::take_best(Way way) {
    Queue& queue = this->queue(way);
    const auto best =
        std::ranges::max_element(queue, {}, [](const Waiting& waiting) { return waiting.rank; });
    Waiting out = std::move(*best);
    queue.erase(best);
    return out;
}

std::vector<crypto::MessageId> StrangerDesk::show(Timestamp now) {
    advance(now);
    std::vector<crypto::MessageId> ids;
    for (const Way way : ways) {
        while (!queue(way).empty() && room_to_show(way) && take_slot(way, now)) {
            Waiting waiting = take_best(way);
            waiting.request.shown = now;
            ids.push_back(waiting.request.claim.id);
            shown_.push_back(std::move(waiting.request));
        }
    }
    return ids;
}

std::optional<Timestamp> StrangerDesk::next_show(Timestamp now) const {
    std::optional<Timestamp> next;
    for (const Way way : ways) {
        if (queue(way).empty() || !room_to_show(way)) continue;
        Duration wait{};
        if (way == Way::Cold) wait = slots_.cold.wait(pace_of(way), now);
        if (way == Way::Introduced) wait = slots_.introduced.wait(pace_of(way), now);
        if (!next || now + wait < *next) next = now + wait;
    }
    return next;
}

std::size_t StrangerDesk::waiting() const {
    std::size_t sum = 0;
    for (const Queue& queue : queues_)
        sum += queue.size();
    return sum;
}

const DeskRequest* StrangerDesk::find(const crypto::MessageId& id) const {
    for (const DeskRequest& request : shown_) {
        if (request.claim.id == id) return &request;
    }
    for (const Queue& queue : queues_) {
        for (const Waiting& waiting : queue) {
            if (waiting.request.claim.id == id) return &waiting.request;
        }
    }
    return nullptr;
}

bool StrangerDesk::notifies(Timestamp now) const {
    const double accepted = faded(accepted_, judged_, now);
    const double reported = faded(reported_, judged_, now);
    return (accepted + 1) / (accepted + reported + 2) >= notify_from;
}

// --- Leaving
// --------------------------------------------------------------------------------------

void StrangerDesk::count(Decision decision, Way way, Timestamp now) {
    accepted_ = faded(accepted_, judged_, now);
    reported_ = faded(reported_, judged_, now);
    judged_ = std::max(judged_, now);
    if (decision == Decision::Accepted) accepted_ += 1;
    if (decision != Decision::Reported) return;
    reported_ += 1;
    if (way == Way::Cold) ++reports_;
}

Result<DeskRequest> StrangerDesk::decide(const crypto::MessageId& id,
                                         Decision decision,
                                         Timestamp now) {
    advance(now);
    const auto place = std::ranges::find_if(
        shown_, [&](const DeskRequest& request) { return request.claim.id == id; });
    if (place == shown_.end()) return fail(Code::NotFound, "no such contact request");
    DeskRequest request = std::move(*place);
    shown_.erase(place);
    count(decision, request.claim.way, now);
    return request;
}

std::vector<crypto::MessageId> StrangerDesk::remove(const crypto::AccountKey& sender) {
    std::vector<crypto::MessageId> gone;
    const auto is_senders = [&](const DeskRequest& request) {
        if (request.claim.sender != sender) return false;
        gone.push_back(request.claim.id);
        return true;
    };
    std::erase_if(shown_, is_senders);
    for (Queue& queue : queues_)
        std::erase_if(queue, [&](const Waiting& waiting) { return is_senders(waiting.request); });
    return gone;
}

std::vector<StrangerDesk::Gone> StrangerDesk::sweep(Timestamp now) {
    advance(now);
    std::vector<Gone> gone;
    // The ranges of clang 14's library lack stable_partition().
    const auto undecided =
        std::stable_partition(shown_.begin(), shown_.end(), [&](const DeskRequest& request) {
            return now < *request.shown + ignored_after;
        });
    for (auto request = undecided; request != shown_.end(); ++request)
        gone.push_back({std::move(*request), true});
    shown_.erase(undecided, shown_.end());
    for (Queue& queue : queues_) {
        const auto stale =
            std::stable_partition(queue.begin(), queue.end(), [&](const Waiting& waiting) {
                return now < request_end(waiting.request.claim.epoch);
            });
        for (auto waiting = stale; waiting != queue.end(); ++waiting)
            gone.push_back({std::move(waiting->request), false});
        queue.erase(stale, queue.end());
    }
    return gone;
}

// --- State
// ----------------------------------------------------------------------------------------

const Effort& StrangerDesk::effort(Timestamp now) {
    advance(now);
    return effort_;
}

std::size_t StrangerDesk::memory() const {
    const auto texts = [](const DeskRequest& request) {
        return request.content.name.capacity() + request.content.text.capacity();
    };
    std::size_t sum = shown_.capacity() * sizeof(DeskRequest);
    for (const DeskRequest& request : shown_)
        sum += texts(request);
    for (const Queue& queue : queues_) {
        sum += queue.capacity() * sizeof(Waiting);
        for (const Waiting& waiting : queue)
            sum += texts(waiting.request);
    }
    return sum;
}

}  // namespace kith::reputation
