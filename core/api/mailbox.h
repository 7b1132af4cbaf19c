// SPDX-License-Identifier: GPL-3.0-or-later
// Mailboxes: the objects `mailbox` and `serving`, and mailbox.*.
#pragma once

#include "core/api/account.h"

#include <map>

namespace kith::api {

/// `offered`: could keep our mail. `asked`: no lease yet. `ok`: keeps it, connected. `away`: keeps
/// it, not connected. `draining`: left; emptied until all has expired there.
enum class MailboxState { Unknown, Offered, Asked, Ok, Away, Draining };
std::string_view to_string(MailboxState state);

/// `mailbox`: somebody who keeps our mail, or could.
struct Mailbox {
    std::string id;                   // "u:..." of the contact; "b:..." of a volunteer
    std::optional<std::string> name;  // of the contact
    std::string kind;                 // "class": own contact volunteer
    MailboxState state = MailboxState::Unknown;
    bool pinned = false;
    std::optional<std::uint64_t> rtt_ms;
    std::uint64_t collected = 0;  // envelopes since the daemon started
    std::uint64_t bytes = 0;      // that it held for us when it was asked last
    std::uint64_t quota = 0;
    std::uint64_t lost = 0;                   // losses that its own receipts prove
    std::uint64_t availability = 0;           // percent of our polls that it answered
    std::uint64_t score = 0;                  // percent: what we think of it by its acts
    std::map<std::string, std::string> acts;  // what it did, and how often
    std::optional<std::string> evidence;      // hex: its receipt about the last loss
    std::optional<Timestamp> last_pickup;     // complete
    std::optional<Timestamp> lease_until;

    friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

/// A mailbox that this device keeps for somebody.
struct ServedMailbox {
    std::optional<std::string> id;  // of the contact
    std::string kind;               // "class": own contact volunteer
    std::uint64_t envelopes = 0;
    std::uint64_t bytes = 0;
    std::uint64_t quota = 0;
    Timestamp lease_until;

    friend bool operator==(const ServedMailbox&, const ServedMailbox&) = default;
};

/// `serving`: what this device does as a mailbox host.
struct Serving {
    std::string whom;  // "for": off contacts network
    bool offered = false;
    bool handing_over = false;  // it stops: what it keeps goes to the other mailboxes of its owners
    std::uint64_t handed_over = 0;  // envelopes, since the daemon started
    std::uint64_t quota = 0;
    std::uint64_t bytes = 0;
    std::uint64_t deposits = 0;                   // since the daemon started
    std::map<std::string, std::string> refusals;  // by reason, since then
    std::vector<ServedMailbox> mailboxes;

    friend bool operator==(const Serving&, const Serving&) = default;
};

/// `mailbox.list`
struct MailboxList {
    using Result = std::vector<Mailbox>;
};

/// `mailbox.use`: from now on this contact keeps our mail. no-contact; link-refused: it has not
/// offered.
struct MailboxUse {
    using Result = std::vector<Mailbox>;
    std::string who;
};

/// `mailbox.drop`. no-contact; link-refused: it keeps none of our mail.
struct MailboxDrop {
    using Result = std::vector<Mailbox>;
    std::string who;
};

/// `mailbox.serve`: for whom this device is a host, as the settings mailbox.serve and mailbox.quota
/// say it. bad-config
struct MailboxServe {
    using Result = Serving;
    std::optional<std::string> whom;   // "for": off contacts network
    std::optional<std::string> quota;  // "1G"
};

/// `mailbox.stats`
struct MailboxStats {
    using Result = Serving;
};

}  // namespace kith::api
