// SPDX-License-Identifier: GPL-3.0-or-later
// What MailboxClient knows about one host beside its row, as long as the daemon runs. Private to
// mailbox_client*.cpp.
#pragma once

#include "core/node/mailbox_client.h"

namespace kith::node {

struct MailboxClient::Run {
    Run(const asio::any_io_executor& executor, const crypto::BoxId& id) : box(id), wake(executor) {}

    crypto::BoxId box;
    AsyncEvent wake;
    bool driven = false;  // its loop runs

    // The link.
    std::uint64_t serial = 0;  // 0: none
    SteadyTime linked_at{};
    bool leased = false;                 // LEASE was said on this link
    bool settling = false;               // settings are on their way
    std::uint32_t revision = 0;          // of our settings there, as the host said last
    std::uint64_t used = 0;              // bytes that it holds for us, alike
    wire::RefuseCode refused{};          // what it answered last, where it refused
    std::vector<Bytes> stock;            // one-time prekeys on their way to it
    std::optional<Timestamp> refill_at;  // few are left there
    SteadyTime count_due{};              // when it is asked again how many are

    // Trouble.
    unsigned failures = 0;  // dials in a row
    unsigned refusals = 0;  // in a row
    unsigned missed = 0;    // polls in a row that nobody answered while we had a network
    SteadyTime retry_at{};
    SteadyTime seek_after{};  // when its contact may be looked for again
    unsigned seeks = 0;       // in a row
    std::optional<Timestamp> wished;

    // Collecting.
    bool collect = true;   // there may be mail
    bool recheck = true;   // something may lie there that was read and not deleted
    bool emptied = false;  // a pick-up was complete since the start
    SteadyTime poll_due{};
    SteadyTime collect_after{};
    /// Looked at up to here since the start, what was left there included: polls go on behind it.
    std::uint64_t looked_to = 0;
    SteadyTime revisit_at{};      // when what was left is looked at again without a cause
    std::uint64_t envelopes = 0;  // that it handed over
    std::uint64_t junk = 0;
    /// Junk that another host may bring too, until all have been asked: then it is not this
    /// host's. Bounded.
    std::vector<mailbox::EnvelopeMark> junk_open;
    /// What the host has said it deleted, since the start. Bounded.
    mailbox::MarkMemory deleted;
};

inline message::Mailbox word_of(message::Mailbox::Kind kind, Bytes body) {
    message::Mailbox word;
    word.kind = kind;
    word.body = std::move(body);
    return word;
}

/// A pick-up under way.
struct MailboxClient::Pass {
    explicit Pass(std::uint64_t from) : plan(from), at(from) {}

    mailbox::PickupPlan plan;
    std::size_t junk_before = 0;  // junk_open when it began
    std::uint64_t at;             // where the next PICKUP begins: behind what was left, too
    bool malformed = false;       // the host does not keep to the protocol
    bool stalled = false;         // the store takes no changes
};

}  // namespace kith::node
