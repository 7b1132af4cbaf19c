// SPDX-License-Identifier: GPL-3.0-or-later
// Turns what is to be said into outbox entries, encrypted as soon as there are keys.
//
// What is encrypted once is never encrypted again, except after a session is lost. Shown messages
// wait, open, until the contact has accepted and a session exists; control messages only for the
// session, requests for their ticket (own_requests.h). Shown messages never overtake each other.
#pragma once

#include "core/base/clock.h"
#include "core/message/content.h"
#include "core/node/contact_book.h"
#include "core/node/outbox.h"
#include "core/node/profile.h"
#include "core/node/transaction.h"
#include "core/session/session_set.h"
#include "core/store/session_table.h"

#include <functional>

namespace kith::node {

/// The lane of an account whose devices are not known yet: its entries move to the devices' lanes.
crypto::DeviceId account_lane(const crypto::AccountKey& account);

class Sender {
  public:
    /// Open entries that one transaction encrypts: about 5 ms of work.
    static constexpr std::size_t flush_step = 512;

    Sender(const Profile& profile,
           ContactBook& contacts,
           MessageLog& log,
           Outbox& outbox,
           store::SessionTable& sessions,
           Random& random,
           const Clock& clock);

    /// Queues a shown message for every device of the contact. `item` says where its line is.
    void say_shown(Transaction& step,
                   const identity::Contact& contact,
                   const OutboxItem& item,
                   const message::Content& content);
    /// Queues a control message; returns its id. It has no line in the history. `sequence`: of a
    /// shown message that will not come, so that nobody misses it; 0: none.
    crypto::MessageId say(Transaction& step,
                          const identity::Contact& contact,
                          const message::Content& content,
                          std::uint64_t sequence = 0);

    /// The same for one device only.
    void say_to(Transaction& step,
                const identity::Contact& contact,
                const crypto::DeviceId& device,
                const message::Content& content);

    /// Where the last envelopes for a device were left, told with each message (`dep`).
    void on_note(std::function<Bytes(const crypto::DeviceId&)> note) { note_ = std::move(note); }

    /// What a session makes of a request to somebody who does not know us.
    struct First {
        bool init = false;  ///< `bytes` is an INIT, which goes out beside a ticket
        Bytes bytes;        ///< else an inner message
    };

    /// Seals such a request; the session's row is written with the open batch. NotFound: no
    /// session.
    Result<First> seal_first(const Lane& lane, const OutboxItem& item);

    /// Gives what goes beside an INIT to this account; empty: nothing, as for contacts.
    using Ticket = std::function<Bytes(const crypto::AccountKey&, ByteView init)>;

    void on_ticket(Ticket ticket) { ticket_ = std::move(ticket); }

    /// Encrypts open entries of a lane that may go now, at most flush_step. True: more are left.
    Result<bool> flush(Transaction& step, Lane& lane);
    /// The devices of the account are known: spreads what waited for it.
    Result<> spread(Transaction& step, const identity::Contact& contact);
    /// The session was lost: what is unreceipted up to this position is encrypted again on the new
    /// one, with the same ids.
    Result<> repeat(Transaction& step, Lane& lane, std::uint64_t up_to);

    /// One inner message outside the outbox: receipts. NotFound: no session.
    Result<Bytes> seal_unkept(const crypto::DeviceId& device, message::Content content);

  private:
    OutboxItem control_item(const identity::Contact& contact, const message::Content& content);
    void add(Transaction& step,
             const identity::Contact& contact,
             const OutboxItem& item,
             const message::Content& content,
             bool shown);
    void add_to(Transaction& step,
                const identity::Contact& contact,
                const crypto::DeviceId& device,
                const OutboxItem& item,
                const message::Content& content,
                bool shown);
    Result<Bytes> seal(const crypto::DeviceId& device,
                       const crypto::MessageId& id,
                       std::uint64_t sequence,
                       message::Content content);
    Result<session::Sealed> seal_in_session(const crypto::DeviceId& device,
                                            const crypto::MessageId& id,
                                            std::uint64_t sequence,
                                            message::Content content);
    Bytes inner_of(const crypto::DeviceId& device, const session::Sealed& sealed) const;
    /// The content of a stored item.
    Result<message::Content> content_of(const OutboxItem& item) const;
    bool may_go(const Lane& lane, const OutboxItem& item) const;

    const Profile& profile_;
    ContactBook& contacts_;
    MessageLog& log_;
    Outbox& outbox_;
    store::SessionTable& sessions_;
    Random& random_;
    const Clock& clock_;
    std::function<Bytes(const crypto::DeviceId&)> note_;
    Ticket ticket_;
    // Whose list to name in a payload, by device; filled by add() and flush().
    std::unordered_map<crypto::DeviceId, crypto::AccountKey> account_of_;
};

}  // namespace kith::node
