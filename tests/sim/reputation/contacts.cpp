// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/reputation/contacts.h"

#include "core/reputation/effort.h"
#include "core/reputation/record.h"
#include "tests/sim/reputation/dice.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace kith::sim {
namespace {

using namespace reputation;
using Answer = Admission::Answer;

constexpr double day = 86'400;
constexpr Timestamp start = from_unix_seconds(1'728'086'400);  // midnight

Timestamp at(double seconds_since) {
    return start + Duration(std::llround(seconds_since * 1e6));
}

double in_seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

double quantile(const std::vector<double>& sorted, double share) {
    const auto index = static_cast<std::size_t>(static_cast<double>(sorted.size()) * share);
    return sorted[std::min(index, sorted.size() - 1)];
}

constexpr int friends_each = 15;
constexpr int weeks_days = 28;
constexpr double answered = 0.3;

class Friends {
  public:
    Friends(std::uint64_t seed, std::optional<std::pair<int, int>> away)
        : dice_(seed, "friends"), away_(away) {}

    FriendsOutcome run() {
        for (int user = 0; user < 20; ++user) {
            for (int i = 0; i < friends_each; ++i)
                follow(i == 0);
        }
        std::ranges::sort(waits_);
        std::ranges::sort(heavy_);
        out_.messages = waits_.size() + out_.dropped;
        out_.median_wait = quantile(waits_, 0.5);
        out_.longest_wait = waits_.back();
        out_.delayed = share_delayed(waits_);
        out_.heavy_delayed = share_delayed(heavy_);
        out_.heavy_95 = quantile(heavy_, 0.95);
        return out_;
    }

  private:
    static double share_delayed(const std::vector<double>& waits) {
        const auto late = std::ranges::count_if(waits, [](double wait) { return wait > 1; });
        return static_cast<double>(late) / static_cast<double>(waits.size());
    }

    bool is_away(double t) const {
        return away_ && t >= away_->first * day && t < away_->second * day;
    }

    /// When the user looks next.
    double look_after(double t) {
        t += dice_.exponential(1800);
        const double hour = std::fmod(t / day, 1.0);
        if (hour < 7.0 / 24) t += (7.0 / 24 - hour) * day;
        return is_away(t) ? (away_->second + 7.0 / 24) * day : t;
    }

    std::vector<double> writes(double a_day, bool heavy) {
        std::vector<double> times;
        for (int d = 0; d < weeks_days; ++d) {
            for (std::uint32_t n = dice_.poisson(a_day); n > 0; --n)
                times.push_back((d + 7.0 / 24 + dice_.unit() * 16 / 24) * day);
            for (int n = 0; heavy && d % 7 == 3 && n < 800; ++n)
                times.push_back((d + 0.6) * day + dice_.unit() * 3600);
        }
        std::ranges::sort(times);
        return times;
    }

    void follow(bool heavy) {
        const double a_day = heavy ? 100 : std::min(60.0, std::exp(1.5 + dice_.normal()));
        // A friend of a few weeks, to whom the user writes.
        Record record(Context::Person, start);
        record.accept(start);
        record.add(Event::Reply, 10, false, start);
        for (int i = 0; i < static_cast<int>(answered * a_day * 10.1); ++i)
            record.wrote(start);
        unread_ = 0;
        next_look_ = 0.3 * day;
        double last = 0;
        for (const double sent : writes(a_day, heavy)) {
            last = take(record, std::max(sent, last));
            waits_.push_back(last - sent);
            if (heavy) heavy_.push_back(last - sent);
        }
    }

    /// When a message that is offered from `now` on is taken.
    double take(Record& record, double now) {
        read_until(now);
        if (dice_.chance(answered) && !is_away(now)) {
            record.observe(Event::Reply, at(now));
            record.wrote(at(now));
        }
        out_.least_score = std::min(out_.least_score, record.score(at(now)));
        for (;;) {
            const Admission admission = record.admit(unread_, 1, at(now));
            if (admission.answer == Answer::WaitRate) now += in_seconds(admission.wait);
            if (admission.answer == Answer::WaitUnread) {
                now = std::max(now, next_look_);
                read_until(now);
            }
            if (admission.answer == Answer::Drop) ++out_.dropped;
            if (admission.answer == Answer::Take || admission.answer == Answer::Drop) break;
        }
        ++unread_;
        out_.most_unread = std::max(out_.most_unread, unread_);
        return now;
    }

    void read_until(double now) {
        while (next_look_ <= now) {
            unread_ = 0;
            next_look_ = look_after(next_look_);
        }
    }

    Dice dice_;
    std::optional<std::pair<int, int>> away_;
    FriendsOutcome out_;
    std::vector<double> waits_;
    std::vector<double> heavy_;
    std::uint64_t unread_ = 0;
    double next_look_ = 0;
};

}  // namespace

FriendsOutcome run_friends(std::uint64_t seed, std::optional<std::pair<int, int>> away) {
    return Friends(seed, away).run();
}

double run_burst(std::uint32_t messages, bool trusted) {
    Record record(Context::Person, start);
    record.accept(start);
    for (int i = 0; trusted && i < 4; ++i)
        record.add(Event::Reply, 10, false, start);
    Timestamp now = start;
    for (std::uint32_t i = 0; i < messages; ++i) {
        Admission admission = record.admit(0, 1, now);
        while (admission.answer == Answer::WaitRate) {
            now += admission.wait;
            admission = record.admit(0, 1, now);
        }
        if (admission.answer != Answer::Take) return -1;
    }
    return in_seconds(now - start);
}

SleeperOutcome run_sleepers(std::uint64_t seed, int good_days) {
    Dice dice(seed, "sleepers " + std::to_string(good_days));
    constexpr double flood = 20;
    constexpr double look = 4 * 3600;
    SleeperOutcome out;
    std::vector<double> stored;
    for (int i = 0; i < 200; ++i) {
        Record record(Context::Person, start);
        record.accept(start);
        for (int d = 0; d < good_days; ++d) {
            record.observe(Event::Reply, start + days(d));
            for (int reply = 0; reply < 3; ++reply)
                record.wrote(start + days(d));
        }
        double now = good_days * day;
        double got = 0;
        for (bool reported = false; !reported;) {
            const double gap = dice.exponential(look);
            const Standing standing = record.standing(at(now));
            const double rate = 1 / in_seconds(standing.pace->interval);
            const double found = std::min(
                {static_cast<double>(*standing.unread), standing.burst + rate * gap, flood * gap});
            got += found;
            out.per_look = std::max(out.per_look, found);
            now += gap;
            reported = dice.chance(0.7);
        }
        record.report(at(now));
        const Standing after = record.standing(at(now));
        out.restricted = out.restricted && after.tier == Tier::Restricted && after.unread == 5U;
        stored.push_back(got);
        out.mean += got / 200;
    }
    std::ranges::sort(stored);
    out.p95 = quantile(stored, 0.95);
    return out;
}

double run_slander(std::uint64_t seed) {
    // Nothing that others say is an input: the honest contact's record is all there is.
    Dice dice(seed, "slander");
    double limited = 0;
    for (int i = 0; i < 200; ++i) {
        Record record(Context::Person, start);
        record.accept(start);
        for (int d = 0; d < 30; ++d) {
            if (dice.chance(0.6)) record.observe(Event::Reply, start + days(d));
        }
        const Standing standing = record.standing(start + days(30));
        const bool free = standing.tier == Tier::Contact || standing.tier == Tier::Trusted;
        if (!free || standing.score < Record::contact_floor) limited += 1.0 / 200;
    }
    return limited;
}

namespace {

/// A desk reduced to its slots: what is shown is a question of work alone.
class Whitewasher {
  public:
    static constexpr double budget = 2000;
    static constexpr double slots_a_period = 2.5;

    Whitewasher(Dice& dice, bool fresh) : dice_(dice), fresh_(fresh) {}

    double run(int days_long) {
        for (int period = 0; period < days_long * 4; ++period) {
            now_ = start + effort_period * period;
            slots_ = std::min(10.0, slots_ + slots_a_period);
            bank_ = std::min(budget, bank_ + budget / 4);
            arrivals_ = 0;
            reports_ = 0;
            fresh_ ? ask_with_fresh_identities() : ask_again();
            effort_.end_period(arrivals_, reports_, slots_a_period);
        }
        return shown_ / days_long;
    }

  private:
    void ask_again() {
        const Standing standing = identity_.standing(now_);
        if (standing.tier != Tier::Stranger || identity_.request_refused_until(now_)) return;
        const double price = *standing.work / 8.0 * effort_.value();
        if (now_ < next_ || bank_ < price || slots_ < 1) return;
        bank_ -= price;
        ++arrivals_;
        next_ = now_ + days(1);
        if (show()) {
            identity_.report(now_);
        } else {
            identity_.observe(Event::Ignored, now_);
        }
    }

    void ask_with_fresh_identities() {
        const auto count = static_cast<std::uint32_t>(bank_ / effort_.value());
        bank_ -= count * effort_.value();
        arrivals_ = count;
        for (std::uint32_t i = 0; i < count && slots_ >= 1; ++i)
            show();
    }

    /// Whether the user reports what it is shown.
    bool show() {
        slots_ -= 1;
        shown_ += 1;
        const bool reported = dice_.chance(0.7);
        if (reported) ++reports_;
        return reported;
    }

    Dice& dice_;
    bool fresh_;
    Record identity_{Context::Person, start};
    Effort effort_;
    double bank_ = 0;
    double slots_ = 10;
    double shown_ = 0;
    std::uint32_t arrivals_ = 0;
    std::uint32_t reports_ = 0;
    Timestamp now_ = start;
    Timestamp next_ = start;
};

}  // namespace

double run_whitewash(std::uint64_t seed, bool fresh) {
    Dice dice(seed, fresh ? "fresh" : "keep");
    constexpr int users = 50;
    double shown = 0;
    for (int i = 0; i < users; ++i)
        shown += Whitewasher(dice, fresh).run(60) / users;
    return shown;
}

}  // namespace kith::sim
