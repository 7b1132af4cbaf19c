// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/reputation/hosts.h"

#include "core/reputation/host_score.h"
#include "tests/sim/reputation/dice.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace kith::sim {
namespace {

using namespace reputation;

constexpr double hours_to_live = 14 * 24;
constexpr double step = 0.25;  // hours
constexpr double never = std::numeric_limits<double>::infinity();

/// Goes up and down by itself; asked at times that only grow.
class Availability {
  public:
    Availability(Dice& dice, double mean_up, double mean_down)
        : dice_(dice), mean_up_(mean_up), mean_down_(mean_down) {
        up_ = dice.chance(mean_up / (mean_up + mean_down));
        until_ = length();
    }

    bool is_up(double hour) {
        while (until_ <= hour) {
            up_ = !up_;
            until_ += length();
        }
        return up_;
    }

  private:
    double length() { return dice_.exponential(up_ ? mean_up_ : mean_down_); }

    Dice& dice_;
    double mean_up_;
    double mean_down_;
    bool up_;
    double until_;
};

struct Host {
    Availability line;
    bool bad;
    double loses_at;
    double stored_at = never;
};

/// Hours until one message arrives; never if it does not.
class Letter {
  public:
    Letter(Dice& dice, const MailboxSetting& setting)
        : dice_(dice), setting_(setting), sender_(dice, 1, 19), reader_(dice, 1, 19) {
        const double down = 8 * (1 - setting.availability) / setting.availability;
        constexpr double hours_to_loss = 24 / 0.005;
        for (unsigned i = 0; i < setting.hosts; ++i) {
            hosts_.push_back({Availability(dice, 8, down),
                              dice.chance(setting.bad),
                              dice.exponential(hours_to_loss)});
        }
    }

    double arrives() {
        for (double hour = 0; hour < hours_to_live; hour += step) {
            // The sender is online when it sends.
            const bool sending = sender_.is_up(hour) || hour < 1;
            if (sending && (setting_.repair || hour < 1)) deposit(hour);
            if (reader_.is_up(hour) && (sending || picks_up(hour))) return hour;
        }
        return never;
    }

  private:
    bool reachable(Host& host, double hour) {
        const bool night = setting_.nights && std::fmod(hour, 24) < 8 && dice_.chance(0.5);
        return host.line.is_up(hour) && !night;
    }

    void deposit(double hour) {
        for (Host& host : hosts_) {
            if (host.stored_at == never && reachable(host, hour)) host.stored_at = hour;
        }
    }

    bool picks_up(double hour) {
        return std::ranges::any_of(hosts_, [&](Host& host) {
            return host.stored_at <= hour && !host.bad && hour < host.loses_at &&
                   reachable(host, hour);
        });
    }

    Dice& dice_;
    const MailboxSetting& setting_;
    Availability sender_;
    Availability reader_;
    std::vector<Host> hosts_;
};

/// The day on which a host of this loss is left; nullopt: never.
std::optional<int> left_on(Dice& dice, double loss) {
    LossDetector detector;
    for (int day = 0; day < 90; ++day) {
        for (std::uint32_t copies = dice.poisson(6); copies > 0; --copies) {
            dice.chance(loss) ? detector.lost() : detector.kept();
            if (detector.alarm()) return day;
        }
    }
    return std::nullopt;
}

}  // namespace

AuditOutcome run_audit(std::uint64_t seed, double loss) {
    Dice dice(seed, "audit " + std::to_string(loss));
    constexpr int hosts = 1000;
    std::vector<int> left;
    for (int i = 0; i < hosts; ++i) {
        if (const auto day = left_on(dice, loss)) left.push_back(*day);
    }
    std::ranges::sort(left);
    AuditOutcome out;
    out.left = static_cast<double>(left.size()) / hosts;
    if (!left.empty()) out.median_day = left[left.size() / 2];
    return out;
}

MailboxOutcome run_mailbox(std::uint64_t seed, const MailboxSetting& setting, unsigned messages) {
    Dice dice(seed,
              "mailbox " + std::to_string(setting.availability) + std::to_string(setting.hosts) +
                  std::to_string(setting.bad));
    MailboxOutcome out;
    for (unsigned i = 0; i < messages; ++i) {
        const double hours = Letter(dice, setting).arrives();
        if (hours <= 24) out.within_day += 1.0 / messages;
        if (hours < never) out.delivered += 1.0 / messages;
    }
    return out;
}

}  // namespace kith::sim
