// SPDX-License-Identifier: GPL-3.0-or-later
// What we think of each mailbox host, by its own acts: of those that keep our mail, and of those
// where we leave mail for others. Nobody's word counts; a loss counts only with the host's own
// receipt. Placement asks it; it never touches the score of the contact whose device a host is.
//
// Memory changes at once, its rows with the caller's step: join it in the same turn. Strand only.
// Specification: docs/spec/mailbox.md#hostile-hosts, docs/spec/reputation.md#hosts.
#pragma once

#include "core/mailbox/receipt.h"
#include "core/node/transaction.h"
#include "core/store/mailbox_owner_table.h"

#include <map>

namespace kith::node {

class HostScores {
  public:
    /// Hosts that are remembered. Beyond: the one of which least is known makes room.
    static constexpr std::size_t max_hosts = 1024;

    explicit HostScores(const store::Store& store) : table_(store) {}

    /// Before anything else, and again after a failed commit.
    Result<> load();

    /// An act of the host, `count` times. Not for Lost.
    void observe(Transaction& step,
                 const crypto::BoxId& box,
                 reputation::Event event,
                 Timestamp now,
                 std::size_t count = 1);
    /// Its receipt proves that it has lost what it promised to keep.
    void lost(Transaction& step, const mailbox::Receipt& proof, Timestamp now);

    /// nullptr: nothing is known of it.
    const store::ScoredHost* find(const crypto::BoxId& box) const;
    /// S_box: 0.67 of an unknown host.
    double score(const crypto::BoxId& box, Timestamp now) const;
    /// S_box as if it had lost nothing: one loss alone would cost a new host its place, and three
    /// are what the loss detector asks for.
    double conduct(const crypto::BoxId& box, Timestamp now) const;
    /// The loss detector has fired.
    bool alarm(const crypto::BoxId& box) const;

  private:
    store::ScoredHost& at(Transaction& step, const crypto::BoxId& box, Timestamp now);
    void make_room(Transaction& step, Timestamp now);

    store::MailboxOwnerTable table_;
    std::map<crypto::BoxId, store::ScoredHost> hosts_;
};

}  // namespace kith::node
