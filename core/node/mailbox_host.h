// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps mail for others: brings mailbox::Box together with links, store and clock.
//
// Each request is answered when what it changes is synced, and on the link that it came by. A batch
// that fails is answered with REFUSE(busy); the box has read its rows again by then. The key of the
// mailbox is on disk before anybody is served. Strand only. Specification:
// docs/spec/mailbox.md#host.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/clock.h"
#include "core/base/worker.h"
#include "core/mailbox/box.h"
#include "core/mailbox/push_window.h"
#include "core/mailbox/source_rates.h"
#include "core/node/link_table.h"
#include "core/node/transaction.h"
#include "core/node/views.h"
#include "core/reputation/proof_of_work.h"
#include "core/store/account_table.h"
#include "core/store/mailbox_serving_table.h"
#include "core/store/mailbox_table.h"

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>

namespace kith::node {

class MailboxHost {
  public:
    /// Requests of one link that wait for their answer. Beyond: the link is not read.
    static constexpr std::size_t unanswered_max = 32;
    /// A clock that peers contradict by more than this is not to be trusted.
    static constexpr Duration clock_tolerance = minutes(5);
    /// Proofs of ownership from one /24 or /64, each a signature check, and requests for bundles,
    /// each a large answer. This host itself is not limited.
    static constexpr Pace proof_pace = Pace::of(60, seconds(1));
    static constexpr Pace bundle_pace = Pace::of(30, seconds(6));

    struct Parts {
        store::Store& store;
        Commits& commits;
        LinkTable& links;
        Worker& worker;
        Random& random;
        Clock& clock;
        /// How far the clock of peers is ahead of ours; nullopt: not known.
        std::function<std::optional<Duration>()> clock_offset;
        mailbox::BoxLimits limits;
        asio::any_io_executor executor;
    };

    explicit MailboxHost(Parts parts);
    ~MailboxHost();
    MailboxHost(const MailboxHost&) = delete;
    MailboxHost& operator=(const MailboxHost&) = delete;

    /// Reads the key, or makes one and serves when it is synced; reads what is kept, and begins to
    /// sweep. `own` is the seed of the account whose devices may always lease. `ready` is called,
    /// at once or later, when key() is there.
    Result<> start(const crypto::BeaconSeed& own, std::function<void()> ready);
    /// Requires: the links have ended.
    [[nodiscard]] Task<> stop();
    /// What memory knew beyond the disk is gone: reads it again.
    Result<> load();

    /// nullopt until it is on disk.
    std::optional<crypto::MailboxKey> key() const;
    std::optional<crypto::BoxId> id() const;

    const mailbox::BoxLimits& limits() const { return parts_.limits; }

    void set_limits(const mailbox::BoxLimits& limits);
    /// What the transport answers as; nullopt: as no mailbox.
    std::optional<transport::BoxIdentity> identity() const;

    // --- The owner of this device ---------------------------------------------------------------

    /// A contact may lease with this key; what it was granted before is withdrawn.
    Result<> grant(Transaction& step,
                   const crypto::AccountKey& contact,
                   const crypto::LeaseKey& owner);
    /// The account is no contact any more.
    Result<> withdraw(Transaction& step, const crypto::AccountKey& contact);
    /// Withdraws from all who are no contacts any more.
    Result<> withdraw_all_but(Transaction& step,
                              const std::function<bool(const crypto::AccountKey&)>& contacts);
    /// Bytes of its quota that nobody uses or is promised.
    std::uint64_t room_left() const;

    /// An envelope that is kept for somebody.
    struct Held {
        std::uint64_t place = 0;
        Bytes envelope;
        Timestamp expires{};
    };

    /// What lies behind `place` in the mailbox of this key, at most `count`. Corrupt, Io.
    Result<std::vector<Held>> held(const crypto::LeaseKey& owner,
                                   std::uint64_t place,
                                   std::size_t count) const;

    // --- Links on which we are a mailbox --------------------------------------------------------

    /// False: malformed, the link ends.
    bool on_request(PeerLink& link, const wire::Frame& frame);
    void on_get_bundle(PeerLink& link, const wire::GetBundle& request);
    void on_end(const PeerLink& link);
    /// Somebody has proven to own a lease here: the link stays, so that mail can be pushed.
    bool owned(const PeerLink& link) const;
    /// Too much of this link waits for an answer; room() returns when there is less.
    bool overloaded(const PeerLink& link) const;
    [[nodiscard]] Task<> room(std::uint64_t serial);

    // --- Views ----------------------------------------------------------------------------------

    MailboxServingView view() const;

  private:
    struct Client;
    struct Push;
    using Settled = std::function<void()>;

    bool dispatch(PeerLink& link, Client& client, const wire::Frame& frame);
    bool on_lease(PeerLink& link, Client& client, ByteView body);
    bool on_cap_set(PeerLink& link, Client& client, ByteView body);
    bool on_deposit(PeerLink& link, Client& client, ByteView body);
    bool on_pickup(PeerLink& link, Client& client, ByteView body);
    bool on_ackdel(PeerLink& link, Client& client, ByteView body);
    bool on_stat(PeerLink& link, Client& client, ByteView body);
    bool on_audit(PeerLink& link, Client& client, ByteView body);
    [[nodiscard]] Task<> check_lease_work(std::uint64_t serial, Bytes body);
    /// A stranger's deposit: all that is cheap is checked before its work is.
    void weigh(PeerLink& link,
               const Client& client,
               const wire::Deposit& request,
               const wire::DepositWork& right,
               ByteView body);
    [[nodiscard]] Task<> check_deposit_work(std::uint64_t serial,
                                            Bytes body,
                                            std::vector<reputation::Puzzle> puzzles);
    using Solved = Result<std::optional<reputation::Puzzle>>;
    /// The first of the puzzles that is solved; on the worker. Busy.
    [[nodiscard]] Task<Solved> first_solved(std::vector<reputation::Puzzle> puzzles,
                                            reputation::Nonces nonces);
    void give_deposit(PeerLink& link, mailbox::DepositOutcome outcome);

    /// Answers once the changes are synced; at once when there are none.
    template <class Answer>
    void settle(PeerLink& link, const mailbox::Outcome<Answer>& outcome, Settled settled = {});
    void settle(PeerLink& link,
                std::uint32_t q,
                const mailbox::HostChanges& changes,
                Bytes frame,
                Settled settled = {});
    void answer(std::uint64_t serial, ByteView frame);
    /// One request less waits; its link may be gone.
    void finish(std::uint64_t serial);
    void refuse(PeerLink& link, const wire::Refuse& refusal);
    bool within_rate(PeerLink& link, std::uint32_t q);

    void listen(std::uint64_t serial, Client& client, const wire::Pickup& request);
    [[nodiscard]] Task<> send_batches(PeerLink* link, Client* client);
    void push(std::span<const mailbox::Arrival> arrivals);
    void push(std::uint64_t serial, const mailbox::Arrival& arrival);

    void prepare();
    [[nodiscard]] Task<> sweeping();
    /// True: there is more to drop.
    bool sweep();
    mailbox::HostMoment moment() const;
    Client& client_of(const PeerLink& link);

    Parts parts_;
    AsyncScope scope_;
    AsyncEvent stop_;
    store::AccountTable account_table_;
    store::MailboxTable rows_;
    store::MailboxServingTable promises_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::optional<crypto::MailboxKeyPair> key_;
    std::unique_ptr<mailbox::Box> box_;
    crypto::LeaseKey own_lease_;
    std::function<void()> ready_;
    bool serving_ = false;
    std::unordered_map<std::uint64_t, std::unique_ptr<Client>> clients_;
    /// Links that picked up from a mailbox.
    std::unordered_map<crypto::LeaseId, std::vector<std::uint64_t>> listeners_;
    mailbox::SourceRates proofs_;
    mailbox::SourceRates bundles_;
    std::uint64_t deposits_ = 0;
    std::map<wire::RefuseCode, std::uint64_t> refusals_;
};

}  // namespace kith::node
