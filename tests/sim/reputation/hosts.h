// SPDX-License-Identifier: GPL-3.0-or-later
// Mailbox hosts: how soon one that loses mail is left, and how much arrives in time.
#pragma once

#include <cstdint>

namespace kith::sim {

/// A thousand hosts, six copies a day each, 90 days.
struct AuditOutcome {
    double left = 0;        ///< share of hosts that are left
    double median_day = 0;  ///< of those
};

AuditOutcome run_audit(std::uint64_t seed, double loss);

/// Both users are online 5 % of the time, an hour on average; a message lives 14 days; the hosts
/// come and go, 8 h up on average.
struct MailboxSetting {
    double availability = 0.5;
    unsigned hosts = 3;
    double bad = 0;       ///< share of hosts that swallow what they take
    bool repair = true;   ///< the sender goes on depositing whenever it is online
    bool nights = false;  ///< every host is unreachable half of the time during eight hours a day
};

struct MailboxOutcome {
    double within_day = 0;  ///< share delivered within 24 h
    double delivered = 0;   ///< within 14 d
};

MailboxOutcome run_mailbox(std::uint64_t seed, const MailboxSetting& setting, unsigned messages);

}  // namespace kith::sim
