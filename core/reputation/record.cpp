// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/record.h"

#include "core/base/assert.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kith::reputation {
namespace {

// Half-lives in days. Good evidence fades faster: trust must be lived, and a bad day is forgotten
// in months, not years.
constexpr double good_half_life = 45;
constexpr double bad_half_life = 60;
constexpr double vouch_half_life = 60;
constexpr double written_half_life = 7;

constexpr double allowance_burst = 2;
constexpr double vouch_burst = 3;
constexpr double vouches_a_day = 1.0 / 3;
constexpr double vouch_threshold = 0.30;
constexpr double vouched_well = 0.5;
constexpr double vouched_badly = 3;

constexpr double trusted_threshold = 0.85;
constexpr double introduced_threshold = 0.40;
constexpr double suspect_threshold = 0.12;

// How much of the good evidence a report leaves.
constexpr double left_by_report = 0.5;
// Below it, evidence says nothing.
constexpr double negligible = 0.1;
// A declined or ignored person may ask again after this.
constexpr Duration request_pause = days(30);

double faded(double amount, double days, double half_life) {
    return amount * std::exp2(-days / half_life);
}

/// What good or bad events add up to, `days` later.
double total(const std::vector<Contribution>& evidence, double days, bool good) {
    double sum = 0;
    for (const Contribution& entry : evidence) {
        if ((entry.left > 0) == good) sum += std::abs(entry.left);
    }
    return faded(sum, days, good ? good_half_life : bad_half_life);
}

}  // namespace

Record::Prior Record::prior() const {
    if (context_ == Context::Host) return {2, 1, 2};
    return {1, 4, 1};
}

double Record::days_since_update(Timestamp now) const {
    if (now <= updated_) return 0;
    return std::chrono::duration<double, std::chrono::days::period>(now - updated_).count();
}

double Record::good(Timestamp now) const {
    return total(evidence_, days_since_update(now), true);
}

double Record::bad(Timestamp now) const {
    return total(evidence_, days_since_update(now), false);
}

double Record::allowance(Timestamp now) const {
    return std::min(allowance_burst, allowance_ + days_since_update(now) * prior().allowance_a_day);
}

double Record::written(Timestamp now) const {
    return faded(written_, days_since_update(now), written_half_life);
}

std::vector<Contribution> Record::contributions(Timestamp now) const {
    Record copy = *this;
    copy.settle(now);
    return std::move(copy.evidence_);
}

const Contribution* Record::find(Event event) const {
    const auto place = std::ranges::lower_bound(evidence_, event, {}, &Contribution::event);
    return place == evidence_.end() || place->event != event ? nullptr : &*place;
}

/// Brings everything to `now`.
void Record::settle(Timestamp now) {
    const double days = days_since_update(now);
    if (days == 0) return;
    const double of_good = faded(1, days, good_half_life);
    const double of_bad = faded(1, days, bad_half_life);
    for (Contribution& entry : evidence_)
        entry.left *= entry.left > 0 ? of_good : of_bad;
    allowance_ = allowance(now);
    vouch_good_ = faded(vouch_good_, days, vouch_half_life);
    vouch_bad_ = faded(vouch_bad_, days, vouch_half_life);
    vouches_ = std::min(vouch_burst, vouches_ + days * vouches_a_day);
    written_ = written(now);
    updated_ = now;
}

// --- What happened ------------------------------------------------------------------------------

Contribution& Record::contribution(Event event) {
    const auto place = std::ranges::lower_bound(evidence_, event, {}, &Contribution::event);
    if (place != evidence_.end() && place->event == event) return *place;
    Contribution entry;
    entry.event = event;
    return *evidence_.insert(place, entry);
}

void Record::book(Contribution& entry, double weight) {
    entry.left += weight;
    entry.sum += weight;
    if (entry.count < std::numeric_limits<std::uint32_t>::max()) ++entry.count;
    entry.last = unix_seconds(updated_);
}

void Record::add(Event event, double weight, bool capped, Timestamp now) {
    const EventRule& rule = rule_of(context_, event);
    KITH_ASSERT(weight >= 0);
    settle(now);
    if (!rule.good) {
        const double room = std::max(0.0, bad_max - bad(updated_));
        return book(contribution(event), -std::min(weight, room));
    }
    if (capped) {
        weight = std::min(weight, allowance_);
        allowance_ -= weight;
    }
    const double room = std::max(0.0, good_max - good(updated_));
    book(contribution(event), std::min(weight, room));
}

void Record::observe(Event event, Timestamp now) {
    KITH_ASSERT(event != Event::Accepted && event != Event::Reported);
    const EventRule& rule = rule_of(context_, event);
    if (rule.at_most == 0) return add(event, rule.weight, !rule.uncapped, now);
    const auto window = static_cast<std::uint64_t>(rule.window / seconds(1));
    const std::uint64_t at = unix_seconds(std::max(now, updated_));
    const Contribution* const before = find(event);
    const bool same_window = before != nullptr && before->last / window == at / window;
    const std::uint8_t counted = same_window ? before->recent : std::uint8_t{0};
    if (counted >= rule.at_most) return;
    add(event, rule.weight, !rule.uncapped, now);
    contribution(event).recent = static_cast<std::uint8_t>(counted + 1);
}

void Record::wrote(Timestamp now) {
    settle(now);
    written_ += 1;
}

void Record::accept(Timestamp now) {
    const EventRule& rule = rule_of(context_, Event::Accepted);
    add(Event::Accepted, rule.weight, !rule.uncapped, now);
    contact_ = true;
    restricted_ = false;
    entry_ = Entry::None;
}

void Record::report(Timestamp now) {
    settle(now);
    for (Contribution& entry : evidence_) {
        if (entry.left > 0) entry.left *= left_by_report;
    }
    add(Event::Reported, rule_of(context_, Event::Reported).weight, false, now);
    (contact_ ? restricted_ : blocked_) = true;
}

void Record::forgive(Timestamp now) {
    settle(now);
    restricted_ = false;
    blocked_ = false;
    if (find(Event::Reported) == nullptr) return;
    const double weight = rule_of(context_, Event::Reported).weight;
    Contribution& reports = contribution(Event::Reported);
    reports.left += std::min(-reports.left, weight);
    reports.sum = std::min(0.0, reports.sum + weight);
    --reports.count;
    if (reports.count == 0)
        std::erase_if(evidence_,
                      [](const Contribution& entry) { return entry.event == Event::Reported; });
}

void Record::block(Timestamp now) {
    settle(now);
    blocked_ = true;
}

void Record::remove(Timestamp now) {
    settle(now);
    contact_ = false;
    restricted_ = false;
    bulk_ = false;
}

// --- What follows -------------------------------------------------------------------------------

double Record::raw(Timestamp now) const {
    return ratio(good(now), bad(now));
}

double Record::raw_without(Event event, Timestamp now) const {
    Record copy = *this;
    std::erase_if(copy.evidence_,
                  [event](const Contribution& entry) { return entry.event == event; });
    return copy.raw(now);
}

double Record::ratio(double good, double bad) const {
    const Prior prior = this->prior();
    return (good + prior.good) / (good + bad + prior.good + prior.bad);
}

double Record::score_of(double raw) const {
    return contact_ && !restricted_ ? std::max(raw, contact_floor) : raw;
}

double Record::score(Timestamp now) const {
    return score_of(raw(now));
}

Tier Record::tier_of(double score) const {
    if (blocked_) return Tier::Blocked;
    // Joining the group was the consent, leaving it is the remedy; faults only slow a member down.
    if (context_ == Context::Member) {
        return score < suspect_threshold ? Tier::Restricted : Tier::Contact;
    }
    if (contact_) {
        if (restricted_) return Tier::Restricted;
        if (bulk_) return Tier::Bulk;
        return score >= trusted_threshold ? Tier::Trusted : Tier::Contact;
    }
    if (entry_ == Entry::Invited) return Tier::Invited;
    if (score < suspect_threshold) return Tier::Suspect;
    const bool introduced = entry_ == Entry::Introduced || score >= introduced_threshold;
    return introduced ? Tier::Introduced : Tier::Stranger;
}

Standing Record::standing(Timestamp now) const {
    KITH_ASSERT(context_ == Context::Person || context_ == Context::Member);
    Standing out;
    out.raw = raw(now);
    out.score = score_of(out.raw);
    out.tier = tier_of(out.score);
    const TierRule& rule = rule_of(out.tier);
    if (rule.interval) out.pace = Pace::of(rule.burst, *rule.interval);
    out.burst = rule.burst;
    out.unread = unread_credit(out.tier, written(now));
    out.weight = rule.weight;
    out.lands = rule.lands;
    switch (out.tier) {
        case Tier::Introduced:
            out.work = 1;
            break;
        case Tier::Stranger:
            out.work = stranger_work(out.raw);
            break;
        case Tier::Suspect:
        case Tier::Blocked:
            break;
        default:
            out.work = 0;
    }
    return out;
}

Admission Record::admit(std::uint64_t unread, unsigned count, Timestamp now) {
    KITH_ASSERT(count > 0 && count <= 100'000);
    using Answer = Admission::Answer;
    const Standing standing = this->standing(now);
    if (standing.lands == Lands::Nowhere) return {Answer::Drop, {}};
    if (standing.unread && unread + count > *standing.unread) return {Answer::WaitUnread, {}};
    if (!standing.pace) return {};
    const Duration wait = limiter_.take(*standing.pace, now, count);
    return wait == Duration::zero() ? Admission{} : Admission{Answer::WaitRate, wait};
}

std::optional<Timestamp> Record::request_refused_until(Timestamp now) const {
    std::optional<Timestamp> until;
    for (const Event event : {Event::Declined, Event::Ignored}) {
        const Contribution* const refusal = find(event);
        if (refusal == nullptr) continue;
        const Timestamp end = from_unix_seconds(refusal->last) + request_pause;
        if (end > now && (!until || end > *until)) until = end;
    }
    return until;
}

bool Record::is_forgettable(Timestamp now) const {
    const bool flagged = contact_ || restricted_ || blocked_ || bulk_ || entry_ != Entry::None;
    return !flagged && good(now) < negligible && bad(now) < negligible && limiter_.idle(now);
}

// --- Vouching -----------------------------------------------------------------------------------

double Record::vouch_score(Timestamp now) const {
    const double days = days_since_update(now);
    const double well = faded(vouch_good_, days, vouch_half_life);
    const double badly = faded(vouch_bad_, days, vouch_half_life);
    return (well + 1) / (well + badly + 2);
}

bool Record::take_vouch(Timestamp now) {
    settle(now);
    if (!contact_ || restricted_ || blocked_) return false;
    if (vouch_score(now) < vouch_threshold || vouches_ < 1) return false;
    vouches_ -= 1;
    return true;
}

void Record::vouched(bool well, Timestamp now) {
    settle(now);
    (well ? vouch_good_ : vouch_bad_) += well ? vouched_well : vouched_badly;
}

}  // namespace kith::reputation
