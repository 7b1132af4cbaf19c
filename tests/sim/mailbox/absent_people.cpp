// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/mailbox/absent_people.h"

#include "core/mailbox/copies.h"
#include "tests/sim/reputation/dice.h"

#include <algorithm>
#include <vector>

namespace kith::sim {

namespace {

using mailbox::Copies;
using mailbox::Fate;

constexpr double term_hours = 14 * 24;
constexpr double step_hours = 0.25;
constexpr double session_hours = 1;
constexpr double presence = 0.05;
constexpr double host_up_hours = 8;
constexpr double losses_a_day = 0.005;
constexpr Timestamp start = from_unix_seconds(1728100000);

/// There and away in turn, each for an exponential time.
class Presence {
  public:
    Presence(Dice& dice, double mean_up, double mean_down) {
        bool up = dice.chance(mean_up / (mean_up + mean_down));
        first_up_ = up;
        for (double at = 0; at < term_hours; up = !up)
            ends_.push_back(at += dice.exponential(up ? mean_up : mean_down));
    }

    bool at(double hour) const {
        const auto changes = std::ranges::upper_bound(ends_, hour) - ends_.begin();
        return (changes % 2 == 0) == first_up_;
    }

  private:
    bool first_up_ = false;
    std::vector<double> ends_;
};

Presence person(Dice& dice) {
    return {dice, session_hours, session_hours * (1 - presence) / presence};
}

struct SimHost {
    crypto::BoxId id;
    Presence up;
    bool swallows = false;
    double loses_at = 0;  // what was stored before, if it is honest
    double stored_at = -1;

    bool holds(double hour) const {
        return stored_at >= 0 && !swallows && (hour < loses_at || stored_at > loses_at);
    }
};

class Jitter final : public Random {
  public:
    explicit Jitter(Dice& dice) : dice_(dice) {}

    void fill(MutableByteView out) override {
        for (std::uint8_t& byte : out)
            byte = static_cast<std::uint8_t>(dice_.below(256));
    }

  private:
    Dice& dice_;
};

class OneMessage {
  public:
    OneMessage(const HostModel& model, Dice& dice)
        : model_(model), dice_(dice), jitter_(dice), sender_(person(dice)), reader_(person(dice)) {
        const double p = model.availability;
        std::vector<Copies::Target> targets;
        for (unsigned i = 0; i < model.hosts; ++i) {
            crypto::BoxId id;
            id.mutable_view()[0] = static_cast<std::uint8_t>(i + 1);
            hosts_.push_back({id,
                              Presence(dice, host_up_hours, host_up_hours * (1 - p) / p),
                              dice.chance(model.swallow),
                              dice.exponential(24 / losses_a_day)});
            targets.push_back({id});
        }
        copies_.set_hosts(targets, start);
    }

    /// The hour of arrival; negative: it never came.
    double run() {
        for (double hour = 0; hour < term_hours; hour += step_hours) {
            const bool sender_there = sender_.at(hour) || hour < 1;
            if (sender_there && (model_.repair || hour < 1)) send(hour);
            if (reader_.at(hour) && (sender_there || collects(hour))) return hour;
        }
        return -1;
    }

    unsigned deposits() const { return deposits_; }

  private:
    SimHost& host(const crypto::BoxId& id) { return *std::ranges::find(hosts_, id, &SimHost::id); }

    bool reached(const SimHost& host, double hour) {
        if (!host.up.at(hour)) return false;
        const bool dark = model_.night && hour - 24 * static_cast<int>(hour / 24) < 8;
        return !dark || dice_.chance(0.5);
    }

    void send(double hour) {
        const Timestamp now = start + Duration(static_cast<Duration::rep>(hour * 3600) * 1000000);
        for (const crypto::BoxId& id : copies_.due_deposits(now)) {
            SimHost& to = host(id);
            if (!reached(to, hour)) {
                copies_.failed(id, now, jitter_);
                continue;
            }
            to.stored_at = hour;
            ++deposits_;
            const std::uint64_t at = unix_seconds(now);
            copies_.stored(id, {id, {}, at, at + std::uint64_t{14} * 86400, {}}, now, jitter_);
        }
        for (const crypto::BoxId& id : copies_.due_checks(now)) {
            const SimHost& of = host(id);
            if (!reached(of, hour)) {
                copies_.failed(id, now, jitter_);
                continue;
            }
            const bool says_so = of.swallows || of.holds(hour);
            copies_.checked(id, says_so ? Fate::Held : Fate::Unknown, now, jitter_);
        }
    }

    bool collects(double hour) {
        return std::ranges::any_of(
            hosts_, [&](const SimHost& from) { return from.holds(hour) && reached(from, hour); });
    }

    const HostModel& model_;
    Dice& dice_;
    Jitter jitter_;
    Presence sender_;
    Presence reader_;
    std::vector<SimHost> hosts_;
    Copies copies_;
    unsigned deposits_ = 0;
};

}  // namespace

Arrived run_absent_people(const HostModel& model, unsigned messages, std::uint64_t seed) {
    Dice dice(seed, "absent people");
    Arrived out;
    std::vector<double> hours;
    for (unsigned i = 0; i < messages; ++i) {
        OneMessage message(model, dice);
        const double hour = message.run();
        if (hour >= 0) hours.push_back(hour);
        out.copies += message.deposits();
    }
    std::ranges::sort(hours);
    const auto soon = std::ranges::upper_bound(hours, 24.0) - hours.begin();
    out.in_24_hours = static_cast<double>(soon) / messages;
    out.in_14_days = static_cast<double>(hours.size()) / messages;
    out.median_hours = hours.empty() ? 0 : hours[hours.size() / 2];
    out.copies /= messages;
    return out;
}

}  // namespace kith::sim
