// SPDX-License-Identifier: GPL-3.0-or-later
// Friends who write to each other, and one who turns out not to be a friend.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

namespace kith::sim {

/// Twenty users with fifteen friends each, four weeks. One friend of each writes 100 messages a
/// day, and 800 in one hour once a week. The user looks every half hour when awake.
struct FriendsOutcome {
    std::uint64_t messages = 0;
    std::uint64_t dropped = 0;
    double median_wait = 0;  ///< seconds, all messages
    double longest_wait = 0;
    double delayed = 0;             ///< share that waited more than a second
    double heavy_delayed = 0;       ///< the same of the friends who write much
    double heavy_95 = 0;            ///< their 95th percentile, seconds
    std::uint64_t most_unread = 0;  ///< of one friend
    double least_score = 1;         ///< of any friend at any time
};

/// @param away  first and last day between which the user reads and writes nothing
FriendsOutcome run_friends(std::uint64_t seed, std::optional<std::pair<int, int>> away);

/// Seconds until the last of `messages` that a contact offers at once is taken, by a reader who
/// reads.
double run_burst(std::uint32_t messages, bool trusted);

/// Two hundred contacts who behave for a while, then write 20 messages a second; the user looks
/// every four hours and reports at 70 % of the looks.
struct SleeperOutcome {
    double mean = 0;  ///< messages stored until the report
    double p95 = 0;
    double per_look = 0;     ///< most that one look found
    bool restricted = true;  ///< all of them, with a credit of 5, after one report
};

SleeperOutcome run_sleepers(std::uint64_t seed, int good_days);

/// Share of 200 honest contacts who are limited though 200 others say bad things about them.
double run_slander(std::uint64_t seed);

/// Requests shown for each user and day, by one identity until it is refused, or by a fresh one
/// each time. 2,000 rCPU a day.
double run_whitewash(std::uint64_t seed, bool fresh);

}  // namespace kith::sim
