// SPDX-License-Identifier: GPL-3.0-or-later
// Work that pays for envelopes at the mailboxes of somebody whose capability we do not have: the
// proof of our own request where there is one, else a small one for eight envelopes of the day.
// Hosts cannot read what an account asks; they take at least 63 and rank by work. Strand only.
// Specification: docs/spec/requests.md, docs/spec/mailbox.md#depositor.
#pragma once

#include "core/base/async_event.h"
#include "core/base/async_scope.h"
#include "core/node/beacon_lookup.h"
#include "core/node/contact_book.h"
#include "core/node/mailbox_deposit.h"
#include "core/node/own_requests.h"
#include "core/node/puzzle_worker.h"

#include <functional>
#include <map>
#include <set>

namespace kith::node {

class DepositFares {
  public:
    /// Envelopes that one proof pays for at each host. Part of the format.
    static constexpr std::uint8_t envelopes = 8;
    /// What a refusal for too little work asks for more than the last time.
    static constexpr std::uint32_t raise_by = 4;

    struct Parts {
        const ContactBook& contacts;
        const OwnRequests& requests;
        PuzzleWorker& puzzles;
        Random& random;
        const Clock& clock;
        asio::any_io_executor executor;
    };

    explicit DepositFares(Parts parts)
        : parts_(std::move(parts)), scope_(parts_.executor), stop_(parts_.executor) {}

    [[nodiscard]] Task<> stop();

    void on_beacon(std::function<const Whereabouts*(const crypto::AccountKey&)> beacon) {
        beacon_ = std::move(beacon);
    }

    /// Called when a fare is there that was asked for.
    void on_ready(std::function<void(const crypto::AccountKey&)> ready) {
        ready_ = std::move(ready);
    }

    /// As MailboxDeposit::Fares.
    std::optional<MailboxDeposit::Fare> fare(const crypto::AccountKey& account,
                                             const crypto::MessageId& message,
                                             bool more);

  private:
    struct Paid {
        reputation::RecipientDay day;
        reputation::Proof proof;
        std::set<crypto::MessageId> messages;
        std::uint32_t difficulty = reputation::host_least_difficulty;
        bool solved = false;
        bool solving = false;
    };

    bool pose(const crypto::AccountKey& account, Paid& paid);
    [[nodiscard]] Task<> solve(crypto::AccountKey account);

    Parts parts_;
    AsyncScope scope_;
    AsyncEvent stop_;
    bool stopping_ = false;
    std::function<const Whereabouts*(const crypto::AccountKey&)> beacon_;
    std::function<void(const crypto::AccountKey&)> ready_;
    std::map<crypto::AccountKey, Paid> paid_;
};

}  // namespace kith::node
