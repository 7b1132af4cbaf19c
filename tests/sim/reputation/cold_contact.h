// SPDX-License-Identifier: GPL-3.0-or-later
// Strangers, honest and not, before the desk of one user at a time.
//
// Honest strangers come every other day: 60 % with an invitation, 20 % introduced, 20 % cold; a
// cold one tries four times, a day apart, paying four times as much each. An attacker spends its
// whole budget of work on requests of fresh identities, and may have got hold of some of the user's
// contacts, which then introduce its identities.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kith::sim {

struct ColdContact {
    double budget = 0;    ///< the attacker's work in rCPU for each user and day
    unsigned edges = 0;   ///< contacts of the user in the attacker's hands
    unsigned users = 60;  ///< desks, one after the other
    unsigned days = 60;
    unsigned warm_up = 10;         ///< days that are not counted
    double strangers_a_day = 0.5;  ///< honest ones
    double report = 0.7;           ///< how much of the spam that is shown is reported
    double mistake = 0.02;         ///< honest requests that are reported
    double accept = 0.95;          ///< honest requests that are accepted
};

/// Means over users and days.
struct ColdOutcome {
    double spam_in_inbox = 0;  ///< messages of non-contacts among those of contacts; a count
    double spam_shown = 0;     ///< requests shown, for each user and day
    double spam_by_edges = 0;  ///< of these, introduced
    double cost = 0;           ///< attacker's rCPU for each request shown
    double invited_ok = 0;     ///< share of honest strangers that got through
    double introduced_ok = 0;
    double cold_ok = 0;
    double mean_effort = 0;  ///< rCPU
    double most_cold_in_a_day = 0;
    std::size_t most_memory = 0;  ///< bytes of one desk
};

ColdOutcome run_cold_contact(const ColdContact& setting, std::uint64_t seed);

/// The baseline: 4 rCPU a message, everything is delivered. Spam for each user and day.
double run_pure_work(double budget, std::uint64_t seed);

}  // namespace kith::sim
