// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/reputation/cold_contact.h"

#include "core/reputation/record.h"
#include "core/reputation/stranger_desk.h"
#include "tests/sim/reputation/dice.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kith::sim {
namespace {

using namespace reputation;
using Decision = StrangerDesk::Decision;
using Verdict = StrangerDesk::Verdict;

constexpr std::uint64_t first_epoch = 20'001;
constexpr Timestamp start = from_unix_seconds(first_epoch * 86'400 + 43'200);
constexpr unsigned periods_a_day = 4;
constexpr double periods_each_day = periods_a_day;
constexpr std::uint32_t honest_friends = 15;
constexpr std::uint32_t sent_at_once = 4'000;

template <class Id>
Id numbered(std::uint32_t number) {
    Id id;
    const auto bytes = be_bytes<std::uint32_t>(number);
    std::ranges::copy(bytes, id.mutable_view().begin());
    return id;
}

/// An honest stranger.
struct Caller {
    Way way = Way::Cold;
    bool counted = false;
    unsigned tries = 0;
    Timestamp came{};
    Timestamp next{};
};

struct Share {
    double came = 0;
    double through = 0;

    double value() const { return came == 0 ? 1 : through / came; }
};

struct Tally {
    ColdOutcome sums;
    std::array<Share, 3> shares;
    double spent = 0;
    double effort_periods = 0;
};

/// One user with one desk.
class User {
  public:
    User(const ColdContact& setting, Dice& dice, Tally& tally)
        : setting_(setting),
          dice_(dice),
          tally_(tally),
          desk_(DeskSecret::copy_of(numbered<crypto::Hash32>(dice.below(1U << 30))), {}, start) {
        for (std::uint32_t i = 0; i < honest_friends + setting.edges; ++i) {
            friends_.emplace_back(Context::Person, start);
            friends_.back().accept(start);
        }
    }

    void live() {
        for (unsigned period = 0; period < setting_.days * periods_a_day; ++period) {
            now_ = start + effort_period * period;
            counted_ = period >= setting_.warm_up * periods_a_day;
            if (period % periods_a_day == 0) cold_today_ = 0;
            live_one_period();
        }
    }

  private:
    void live_one_period() {
        (void)desk_.sweep(now_);
        const std::uint16_t effort = desk_.effort(now_).published();
        strangers_come();
        callers_try(effort);
        attacker_spends(effort);
        edges_introduce();
        for (const crypto::MessageId& id : desk_.show(now_))
            look_at(*desk_.find(id));
        if (!counted_) return;
        tally_.sums.mean_effort += effort;
        tally_.effort_periods += 1;
        tally_.sums.most_memory = std::max(tally_.sums.most_memory, desk_.memory());
    }

    bool ask(std::uint32_t number, Way way, std::uint32_t difficulty, std::uint32_t voucher = 0) {
        DeskRequest request;
        request.claim.id = numbered<crypto::MessageId>(number);
        request.claim.sender = numbered<crypto::AccountKey>(number);
        request.claim.way = way;
        request.claim.difficulty = difficulty;
        request.claim.epoch = first_epoch + static_cast<std::uint64_t>((now_ - start) / days(1));
        if (way == Way::Introduced) request.voucher = numbered<crypto::AccountKey>(voucher);
        request.arrived = now_;
        if (desk_.judge(request.claim, now_) != Verdict::Take) return false;
        return desk_.offer(std::move(request), now_).verdict == Verdict::Take;
    }

    void strangers_come() {
        const auto count = dice_.poisson(setting_.strangers_a_day / periods_each_day);
        for (std::uint32_t i = 0; i < count; ++i) {
            const double kind = dice_.unit();
            const Way way = kind < 0.6 ? Way::Invited : kind < 0.8 ? Way::Introduced : Way::Cold;
            callers_[next_number_++] = {way, counted_, 0, now_, now_};
            if (counted_) share(way).came += 1;
        }
    }

    void callers_try(std::uint16_t effort) {
        for (auto& [number, caller] : callers_) {
            if (caller.next > now_ || now_ - caller.came >= request_term) continue;
            caller.next = now_ + request_retry;
            if (caller.way == Way::Invited) {
                ask(number, Way::Invited, 0);
            } else if (caller.way == Way::Introduced) {
                const std::uint32_t voucher = dice_.below(honest_friends);
                if (!friends_[voucher].take_vouch(now_)) continue;
                ask(number, Way::Introduced, difficulty_for(effort, 1), voucher);
                caller.next = start + days(1'000'000);
            } else if (caller.tries < request_tries) {
                const std::uint16_t pays = effort_of_try(caller.tries++, effort);
                ask(number, Way::Cold, difficulty_for(pays, 8));
            }
        }
        // Whoever has given up may still be shown while the last try waits.
        std::erase_if(callers_, [&](const auto& entry) {
            return now_ - entry.second.came >= request_term + days(10);
        });
    }

    void attacker_spends(std::uint16_t effort) {
        if (setting_.budget == 0) return;
        bank_ = std::min(bank_ + setting_.budget / periods_each_day, setting_.budget);
        const auto sent = std::min(static_cast<std::uint32_t>(bank_ / effort), sent_at_once);
        bank_ -= static_cast<double>(sent) * effort;
        if (counted_) tally_.spent += static_cast<double>(sent) * effort;
        for (std::uint32_t i = 0; i < sent; ++i)
            ask(next_number_++, Way::Cold, difficulty_for(effort, 8));
    }

    void edges_introduce() {
        for (std::uint32_t edge = honest_friends; edge < friends_.size(); ++edge) {
            while (friends_[edge].take_vouch(now_))
                ask(next_number_++, Way::Introduced, difficulty_for(2, 1), edge);
        }
    }

    /// The user decides at once about what it sees. Takes the request by value: deciding ends it.
    void look_at(DeskRequest request) {
        const auto number = read_be<std::uint32_t>(request.claim.id);
        const auto caller = callers_.find(number);
        const bool honest = caller != callers_.end();
        const Decision decision = honest ? judge_honest() : judge_spam(request.claim);
        (void)desk_.decide(request.claim.id, decision, now_);
        if (request.voucher) tell_voucher(*request.voucher, decision);
        if (request.claim.way == Way::Cold) {
            tally_.sums.most_cold_in_a_day =
                std::max(tally_.sums.most_cold_in_a_day, static_cast<double>(++cold_today_));
        }
        if (!honest) return count_spam(request.claim.way);
        if (caller->second.counted && decision == Decision::Accepted) {
            share(caller->second.way).through += 1;
        }
        callers_.erase(caller);
    }

    Decision judge_honest() {
        if (dice_.chance(setting_.mistake)) return Decision::Reported;
        const bool likes = dice_.chance(setting_.accept / (1 - setting_.mistake));
        return likes ? Decision::Accepted : Decision::Declined;
    }

    Decision judge_spam(const DeskClaim& claim) {
        Record spammer(Context::Person, now_);
        if (claim.way == Way::Introduced) spammer.set_entry(Entry::Introduced);
        if (spammer.standing(now_).lands == Lands::Inbox) tally_.sums.spam_in_inbox += 1;
        return dice_.chance(setting_.report) ? Decision::Reported : Decision::Declined;
    }

    void tell_voucher(const crypto::AccountKey& key, Decision decision) {
        Record& voucher = friends_[read_be<std::uint32_t>(key)];
        if (decision == Decision::Reported) voucher.vouched(false, now_);
        if (decision == Decision::Accepted) voucher.vouched(true, now_);
    }

    void count_spam(Way way) {
        if (!counted_) return;
        tally_.sums.spam_shown += 1;
        if (way == Way::Introduced) tally_.sums.spam_by_edges += 1;
    }

    Share& share(Way way) { return tally_.shares[static_cast<std::size_t>(way)]; }

    const ColdContact& setting_;
    Dice& dice_;
    Tally& tally_;
    StrangerDesk desk_;
    std::vector<Record> friends_;  // honest ones first, then the edges
    std::map<std::uint32_t, Caller> callers_;
    std::uint32_t next_number_ = 1;
    double bank_ = 0;
    Timestamp now_ = start;
    bool counted_ = false;
    unsigned cold_today_ = 0;
};

}  // namespace

ColdOutcome run_cold_contact(const ColdContact& setting, std::uint64_t seed) {
    Dice dice(seed, "cold " + std::to_string(setting.budget) + std::to_string(setting.edges));
    Tally tally;
    for (unsigned i = 0; i < setting.users; ++i)
        User(setting, dice, tally).live();
    ColdOutcome out = tally.sums;
    const double user_days = setting.users * static_cast<double>(setting.days - setting.warm_up);
    out.cost = out.spam_shown == 0 ? 0 : tally.spent / out.spam_shown;
    out.spam_shown /= user_days;
    out.spam_by_edges /= user_days;
    out.mean_effort /= tally.effort_periods;
    out.cold_ok = tally.shares[static_cast<std::size_t>(Way::Cold)].value();
    out.introduced_ok = tally.shares[static_cast<std::size_t>(Way::Introduced)].value();
    out.invited_ok = tally.shares[static_cast<std::size_t>(Way::Invited)].value();
    return out;
}

double run_pure_work(double budget, std::uint64_t seed) {
    constexpr double price = 4;
    constexpr unsigned days = 3'000;
    Dice dice(seed, "pure work " + std::to_string(budget));
    double spam = 0;
    for (unsigned day = 0; day < days; ++day)
        spam += dice.poisson(budget / price);
    return spam / days;
}

}  // namespace kith::sim
