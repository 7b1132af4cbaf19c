// SPDX-License-Identifier: GPL-3.0-or-later
// What the depositor remembers in memory. Private to mailbox_deposit*.cpp and mailbox_repair.cpp.
#pragma once

#include "core/node/mailbox_deposit.h"

namespace kith::node {

/// One host of one recipient. Shared with the coroutines that talk to it.
struct MailboxDeposit::Host {
    Host(crypto::AccountKey owner,
         mailbox::AnnouncedHost named,
         const asio::any_io_executor& executor)
        : account(owner), announced(std::move(named)), box(announced.id()), slot(executor) {}

    crypto::AccountKey account;
    mailbox::AnnouncedHost announced;  ///< its key is zero until one from a beacon has answered
    crypto::BoxId box;
    bool gone = false;       ///< no longer named by its recipient
    bool paid = false;       ///< it took nothing with our invitation: it is paid with work
    bool visiting = false;   ///< visit() runs
    bool stalled = false;    ///< something was not taken: what is behind it waits too
    std::uint64_t link = 0;  ///< serial
    unsigned failures = 0;   ///< in a row
    SteadyTime not_before{};
    Alarm retry;
    std::size_t in_flight = 0;
    AsyncEvent slot;
    bool checking = false;
    /// By lane: the position up to which everything has been left here or cannot be.
    std::map<crypto::DeviceId, std::uint64_t> cursor;
};

/// Somebody who has told us where to leave mail.
struct MailboxDeposit::Recipient {
    mailbox::Announcement announcement;
    crypto::DepositKeyPair key;
    std::vector<HostPointer> hosts;
    Timestamp key_since{};  ///< copies that were left before know another key
    /// Set: known from its beacon alone, so that deposits are paid for with work.
    std::optional<crypto::BlindedAccountKey> beacon;
};

/// One device of a recipient.
struct MailboxDeposit::Mail {
    crypto::AccountKey account;
    crypto::DeviceId device;
    std::optional<message::EnvelopeRecipient> recipient;  ///< its envelope key; nullopt: unknown
    std::unordered_map<crypto::MessageId, store::CopiesRow> rows;
    std::optional<Bytes> note;                  ///< nullopt: to be read again
    std::optional<std::uint64_t> last_deposit;  ///< number of the last sealing; nullopt: not read
    bool sealing = false;
    bool again = false;
    std::uint64_t front = 0;  ///< first position of the lane when its alarm was set
    bool planned = false;
    bool away = false;  ///< no link came in time for the last message
    Alarm alarm;
};

/// What a look at all copies has found to do.
struct MailboxDeposit::Due {
    std::set<crypto::AccountKey> deposits;
    std::set<std::pair<crypto::AccountKey, crypto::BoxId>> checks;
};

}  // namespace kith::node
