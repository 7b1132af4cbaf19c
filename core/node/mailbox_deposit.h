// SPDX-License-Identifier: GPL-3.0-or-later
// Leaves messages with the mailboxes of those who are not there, and keeps the copies alive until
// the end-to-end receipt comes. The outbox is the authority, hosts are caches.
//
// A message is sealed once and goes to all hosts of its recipient, to each in the order in which it
// was said: what a host serves is never out of order, whichever host is asked. Nothing is sealed
// that a live link carries away by itself. One link for each recipient and host, so that a host
// cannot tell that two of its depositors are one.
//
// Strand only. Specification: docs/spec/mailbox.md#depositor, #repair.
#pragma once

#include "core/base/async_event.h"
#include "core/base/async_scope.h"
#include "core/directory/beacon.h"
#include "core/mailbox/announcement.h"
#include "core/mailbox/copies.h"
#include "core/message/envelope.h"
#include "core/node/host_scores.h"
#include "core/node/known_lists.h"
#include "core/node/link_table.h"
#include "core/node/receiver.h"
#include "core/node/trace_log.h"
#include "core/store/mailbox_copy_table.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>

namespace kith::node {

class MailboxDeposit {
  public:
    /// Messages sealed in one turn of the strand: about 3 ms.
    static constexpr std::size_t seal_step = 32;
    /// How often copies are looked at: checks, renewals, words that were not kept.
    static constexpr Duration look_every = minutes(1);
    /// How often hosts that refused a message for good are asked again.
    static constexpr Duration refused_again = hours(1);

    struct Parts {
        ContactBook& contacts;
        KnownLists& lists;
        Sender& sender;
        Outbox& outbox;
        store::Store& store;
        Commits& commits;
        LinkTable& links;
        const TraceLog& traces;
        HostScores& scores;
        Random& random;
        Clock& clock;
        asio::any_io_executor executor;
    };

    explicit MailboxDeposit(Parts parts);
    ~MailboxDeposit();
    MailboxDeposit(const MailboxDeposit&) = delete;
    MailboxDeposit& operator=(const MailboxDeposit&) = delete;

    /// Before anything else, and again after a failed commit. Corrupt.
    Result<> load();
    [[nodiscard]] Task<> stop();

    /// Whether direct attempts have failed lately, so that there is nothing to wait for.
    void on_away(std::function<bool(const crypto::AccountKey&)> away) { away_ = std::move(away); }

    /// Where else a mailbox may be found, for those that we know ourselves.
    void on_ways(std::function<std::vector<Endpoint>(const crypto::BoxId&)> ways) {
        ways_ = std::move(ways);
    }

    /// Called when a message of ours is kept by a host for the first time.
    using OnStored = std::function<void(
        const crypto::MessageId&, const crypto::AccountKey& chat, const DeviceOutcome&)>;

    void on_stored(OnStored handler) { stored_ = std::move(handler); }

    /// The mailbox that this device keeps itself: nothing is left with ourselves.
    void on_own_box(std::function<std::optional<crypto::BoxId>()> box) {
        own_box_ = std::move(box);
    }

    // --- Those who have told us nothing: mailbox_deposit_beacon.cpp

    /// What pays for a deposit at the mailboxes of somebody whose capability we do not have.
    struct Fare {
        crypto::BlindedAccountKey account;  ///< A_e
        Bytes proof;
    };

    /// Asked for the fare of a message; nullopt: not ready, wake() follows. `more`: the last one
    /// was too little.
    using Fares = std::function<std::optional<Fare>(
        const crypto::AccountKey&, const crypto::MessageId&, bool more)>;

    void on_fare(Fares fares) { fares_ = std::move(fares); }

    /// Asked for the capability of an invitation of this account that we hold: with it the first
    /// messages cost no work.
    using Invited = std::function<std::optional<crypto::DepositKeyPair>(const crypto::AccountKey&)>;

    void on_invited(Invited invited) { invited_ = std::move(invited); }

    /// A beacon names mailboxes of this account. What it tells in-session outranks them.
    void on_beacon(const crypto::AccountKey& account,
                   const crypto::BlindedAccountKey& name,
                   const std::vector<directory::BeaconBox>& boxes);
    /// The envelope key of a device, from a verified bundle, if none was told in-session.
    void on_bundle_key(const crypto::AccountKey& account, const message::EnvelopeRecipient& key);
    /// Something waits for this account that only its mailboxes can take, and its keys are not
    /// known.
    bool wants_key(const crypto::AccountKey& account) const;

    // --- What contacts say

    Result<> on_announcement(Transaction& step, const Origin& origin, ByteView body);
    Result<> on_envelope_key(Transaction& step, const Origin& origin, ByteView body);
    /// Shows the receipt for an entry of a note of ours.
    Result<> on_receipt_ask(Transaction& step, const Origin& origin, ByteView body);

    /// Where a contact wants its mail, and the key that it gave us; nullopt: it has not said.
    std::optional<mailbox::Announcement> where(const crypto::AccountKey& account) const;

    // --- What the node does

    /// Entries of the lane became durable.
    void wake(Lane& lane);
    /// A direct attempt has failed, or the network has changed.
    void wake(const crypto::AccountKey& account);
    /// The entry left the outbox, or gets other bytes.
    void dropped(store::Changes& changes,
                 const crypto::DeviceId& device,
                 const crypto::MessageId& id);
    /// Where the last envelopes for a device were left: the `dep` field.
    Bytes note(const crypto::DeviceId& device);

    /// Enough mailboxes keep this message for the device.
    bool kept(const crypto::DeviceId& device, const crypto::MessageId& id) const;

    /// All mail of this contact is kept by us: nothing is left with ourselves, so only a link
    /// brings what we say.
    bool kept_by_us_alone(const crypto::AccountKey& account) const;

    // --- What people see

    /// Hosts that hold verified receipts now.
    std::size_t alive(const crypto::DeviceId& device, const crypto::MessageId& id) const;

  private:
    struct Host;
    struct Recipient;
    struct Mail;

    using HostPointer = std::shared_ptr<Host>;

    // mailbox_deposit.cpp: what is to be left
    Result<> load_keys();
    void adopt(store::HeldAnnouncement held);
    bool can_seal(const Mail& mail) const;
    Mail& mail_of(const Lane& lane);
    void plan(Mail& mail);
    void due(const crypto::DeviceId& device);
    [[nodiscard]] Task<> seal_all(crypto::DeviceId device);
    std::size_t seal_some(Mail& mail, const Lane& lane, Transaction& step);
    Result<> seal(Transaction& step,
                  Mail& mail,
                  const Lane& lane,
                  const OutboxEntry& entry,
                  store::CopiesRow row);
    std::vector<mailbox::Copies::Target> targets(const Recipient& recipient) const;

    // mailbox_deposit_host.cpp: how it gets there
    struct Next {
        crypto::DeviceId device;
        crypto::MessageId message;
        std::uint64_t position = 0;
        bool invited = false;  // left with the capability of an invitation
    };

    void visit_all(const crypto::AccountKey& account);
    [[nodiscard]] Task<> visit(HostPointer host);
    std::optional<Next> next_for(Host& host);
    [[nodiscard]] Task<bool> call(HostPointer host);
    [[nodiscard]] Task<> leave(HostPointer host, Next what);
    [[nodiscard]] Task<Result<PeerLink::Answer>> ask(HostPointer host, Next what);
    std::optional<crypto::DepositKeyPair> invitation(const Host& host) const;
    Result<> learn_key(Host& host) const;
    void take(Host& host, const Next& what, const Result<PeerLink::Answer>& answer);
    void take_receipt(Host& host,
                      const Next& what,
                      store::CopiesRow& row,
                      const mailbox::Receipt& receipt);
    void put_or_settle(Transaction& step, const store::CopiesRow& row);
    void put_off(Host& host);
    /// Notes a step of a shown message for `kith msg show`.
    void trace(Transaction& step,
               const Host& host,
               const crypto::DeviceId& device,
               const crypto::MessageId& id,
               message::TraceStep what) const;
    void trace_silence(Host& host);

    // mailbox_repair.cpp: whether it is still there
    struct Due;

    void look();
    void look_at(Mail& mail, bool refused_too, Due& due);
    void settle_receipts(Timestamp now);

    struct Checked {
        crypto::DeviceId device;
        crypto::MessageId message;
        crypto::EnvelopeHash envelope;
    };

    [[nodiscard]] Task<> check(HostPointer host);
    [[nodiscard]] Task<Result<Bytes>> ask_for_states(HostPointer host, std::vector<Checked> asked);
    /// What the host said of each; gives those that it says it holds.
    std::vector<Checked> take_states(Host& host,
                                     const std::vector<Checked>& asked,
                                     ByteView states);
    std::vector<Checked> to_check(const Host& host) const;
    static bool left_with_former_key(const Recipient& recipient, const mailbox::Copy& copy);
    // mailbox_audit.cpp: whether what a host says it holds is there
    [[nodiscard]] Task<> audit(HostPointer host, std::vector<Checked> held);
    [[nodiscard]] Task<bool> audit_one(HostPointer host, Checked what);
    [[nodiscard]] Task<> renew(crypto::DeviceId device, std::vector<crypto::MessageId> messages);

    store::CopiesRow* row_of(const crypto::DeviceId& device, const crypto::MessageId& id);

    Parts parts_;
    store::MailboxCopyTable table_;
    AsyncScope scope_;
    bool stopping_ = false;
    std::function<bool(const crypto::AccountKey&)> away_;
    OnStored stored_;
    Fares fares_;
    Invited invited_;
    std::function<std::vector<Endpoint>(const crypto::BoxId&)> ways_;
    std::function<std::optional<crypto::BoxId>()> own_box_;
    std::map<crypto::AccountKey, std::unique_ptr<Recipient>> recipients_;
    std::map<crypto::DeviceId, std::unique_ptr<Mail>> mails_;
    Alarm look_;
    SteadyTime refused_due_{};
};

}  // namespace kith::node
