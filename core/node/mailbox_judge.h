// SPDX-License-Identifier: GPL-3.0-or-later
// Notices a host that promised and lost: compares where contacts say they left envelopes with what
// the hosts served, asks the contact for the host's receipt, and convicts by that alone
// (docs/spec/mailbox.md#judgement). Strand only.
#pragma once

#include "core/node/host_scores.h"
#include "core/node/mailbox_client_book.h"
#include "core/node/transaction.h"

#include <functional>

namespace kith::node {

class MailboxJudge {
  public:
    /// Entries that wait for a pick-up or for a receipt, of one contact. Beyond: not judged.
    static constexpr std::size_t max_open = 128;
    /// A contact that was asked and did not answer in this time is not asked again.
    static constexpr Duration patience = days(14);
    /// Complete pick-ups that must have passed an envelope by before it counts as served late.
    static constexpr std::uint64_t late_pickups = 3;

    /// Asks a contact for the host's receipt. False: it is no contact any more.
    using Ask = std::function<bool(
        Transaction&, const crypto::AccountKey& contact, const mailbox::NoteEntry& entry)>;

    MailboxJudge(MailboxClientBook& book, HostScores& scores, Ask ask)
        : book_(book), scores_(scores), ask_(std::move(ask)) {}

    Result<> load();
    /// The data of this device were restored: what was collected before is not known.
    void forget_before(Transaction& step, Timestamp now);

    /// A contact's message said where it left envelopes for us. Requires: the store takes changes.
    void on_note(Transaction& step,
                 const crypto::AccountKey& contact,
                 ByteView note,
                 Timestamp now);
    /// A pick-up at this host was complete; its row says so already.
    void on_complete(Transaction& step, const store::OwnerHost& host, Timestamp now);
    /// Whether an envelope that a host serves now comes too late: more than a day after it was
    /// left there, and three complete pick-ups that should have brought it did not.
    bool is_late(const mailbox::BoxMark& box,
                 const mailbox::EnvelopeMark& envelope,
                 Timestamp now) const;
    /// The contact answers. True: its host lost mail, and its score says so.
    bool on_shown(Transaction& step,
                  const crypto::AccountKey& contact,
                  ByteView body,
                  Timestamp now);

    std::size_t open() const { return notes_.size(); }

  private:
    mailbox::NoteFacts facts_of(const store::OpenNote& note, Timestamp now) const;

    MailboxClientBook& book_;
    HostScores& scores_;
    Ask ask_;
    Timestamp memory_since_{};
    std::vector<store::OpenNote> notes_;
};

}  // namespace kith::node
