// SPDX-License-Identifier: GPL-3.0-or-later
// Two people who are seldom there, and hosts between them: how soon does a message arrive? The
// sender's decisions are those of the product (core/mailbox/copies.h); hosts, people and time are a
// model. Time goes in steps of a quarter of an hour, which is how often owners poll.
#pragma once

#include <cstdint>

namespace kith::sim {

struct HostModel {
    double availability = 0.5;
    unsigned hosts = 3;
    /// Hosts that take everything, serve nothing and say that they have it.
    double swallow = 0;
    /// Off: the sender deposits in its first hour and never looks again.
    bool repair = true;
    /// A common night of eight hours in which a host is reached half of the time.
    bool night = false;
};

struct Arrived {
    double in_24_hours = 0;  ///< share of messages
    double in_14_days = 0;
    double median_hours = 0;
    double copies = 0;  ///< deposits for each message
};

/// Sender and recipient are there 5 % of the time, in sessions of about an hour; messages live 14
/// days; an honest host loses a copy with 0.5 % a day.
Arrived run_absent_people(const HostModel& model, unsigned messages, std::uint64_t seed);

}  // namespace kith::sim
