// SPDX-License-Identifier: GPL-3.0-or-later
// Envelopes that a host served: opened, read, marked as served by that host, all in one batch; and
// what may be deleted where once that batch is synced (docs/spec/mailbox.md#pickup). Strand only.
#pragma once

#include "core/mailbox/pickup_plan.h"
#include "core/node/mailbox_client_book.h"
#include "core/node/prekey_stock.h"
#include "core/node/receiver.h"

#include <functional>
#include <span>

namespace kith::node {

class MailboxIntake {
  public:
    /// Reads an inner message; what it changes has joined the open batch.
    using TakeMail = std::function<MailVerdict(ByteView inner, const message::Receipt::Via& via)>;

    MailboxIntake(const MailboxClientBook& book,
                  const PrekeyStock& prekeys,
                  const crypto::DeviceId& own)
        : book_(book), prekeys_(prekeys), own_(own) {}

    void on_mail(TakeMail take) { take_ = std::move(take); }

    struct Taken {
        std::vector<mailbox::EnvelopeTag> here;        ///< to delete at this host
        std::vector<mailbox::EnvelopeTag> everywhere;  ///< at all others too
        std::vector<std::uint64_t> left;               ///< places of what could not be taken now
        std::vector<mailbox::EnvelopeMark> kept;       ///< served for the first time, and read
        std::vector<mailbox::EnvelopeMark> again;      ///< this host had served them before
        std::vector<mailbox::EnvelopeMark> junk;       ///< could not be read
    };

    /// Joins the open batch in this turn: the caller's own step must join it in the same turn.
    Taken take(Transaction& step,
               const store::OwnerHost& host,
               std::span<const wire::HeldEnvelope> items,
               Timestamp now);

  private:
    const MailboxClientBook& book_;
    const PrekeyStock& prekeys_;
    crypto::DeviceId own_;
    TakeMail take_;
};

}  // namespace kith::node
