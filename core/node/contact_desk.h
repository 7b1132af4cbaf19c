// SPDX-License-Identifier: GPL-3.0-or-later
// Who may begin a session with us without being a contact: the door, and the desk behind it.
//
//   INIT ─► sender, ticket, rank ─► work on the worker ─► opened, waits ─► shown ─► decided
//           cost nothing            rationed              nobody answers   receipt
//
// Whoever holds one of our invitations goes through. Everybody else pays, waits in the desk's queue
// with a session that nothing is said in, and hears of us when our user can see the request; what
// is dropped on the way leaves no trace outside. One batch holds session, prekey deletion and row;
// an entry that is pushed out takes its session with it. Strand only. Specification:
// docs/spec/requests.md, docs/spec/reputation.md#arrival.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/recent_set.h"
#include "core/node/asked_work_book.h"
#include "core/node/daily_caps.h"
#include "core/node/known_lists.h"
#include "core/node/link_table.h"
#include "core/node/message_log.h"
#include "core/node/owed_receipts.h"
#include "core/node/puzzle_worker.h"
#include "core/node/receiver.h"
#include "core/node/reputation_book.h"
#include "core/reputation/introduction.h"
#include "core/reputation/work_budget.h"
#include "core/store/invite_table.h"
#include "core/store/request_table.h"

#include <functional>
#include <map>
#include <optional>
#include <set>

namespace kith::node {

class ContactDesk final : public StrangerDoor {
  public:
    using Desk = reputation::StrangerDesk;

    /// Handshakes of strangers that are opened: a day on average and at once.
    static constexpr std::uint32_t opened_a_day = 500;
    /// Of them, those of one account.
    static constexpr std::uint32_t opened_of_one = 3;
    /// INITs that one of our invitations lets in: a day, for each of its uses.
    static constexpr std::uint32_t inits_a_day = 3;
    /// What came by mailbox and was found wanting is remembered, so that it is not checked again.
    static constexpr std::size_t remembered = 1024;
    /// How often somebody who was seen is told so again.
    static constexpr Duration repeat_receipt = hours(1);

    struct Parts {
        const Profile& profile;
        ContactBook& contacts;
        KnownLists& lists;
        MessageLog& log;
        store::Store& store;
        store::SessionTable& sessions;
        OwedReceipts& owed;
        Commits& commits;
        LinkTable& links;
        Receiver& receiver;
        ReputationBook& reputation;
        AskedWorkBook& asked;
        PuzzleWorker& puzzles;
        Random& random;
        Clock& clock;
        Desk::Settings settings;
        /// For tests: advertised instead of what the desk asks.
        std::optional<std::uint16_t> effort;
        asio::any_io_executor executor;
    };

    explicit ContactDesk(Parts parts);

    /// Before anything else, and again after a failed commit.
    Result<> load();
    void start();
    [[nodiscard]] Task<> stop();

    /// Called when what a beacon is to say of us has changed.
    void on_changed(std::function<void()> changed) { changed_ = std::move(changed); }

    /// Called when mail that was left where it is can be judged now.
    void on_judged(std::function<void()> judged) { judged_ = std::move(judged); }

    void set(Desk::Settings settings);

    // --- What beacons say

    std::uint16_t effort();

    bool open() const { return parts_.settings.accept == reputation::AcceptRequests::All; }

    // --- StrangerDoor

    bool admit(const Origin& origin,
               const message::Inner& inner,
               ByteView bytes,
               PeerLink& link,
               std::uint32_t n) override;
    std::optional<MailVerdict> admit_mail(const Origin& origin,
                                          const message::Inner& inner,
                                          ByteView bytes) override;
    bool waits(const crypto::AccountKey& account) const override;

    // --- Our user

    /// Whether the user can see a request of this account here.
    bool shows(const crypto::AccountKey& account) const;
    /// Who has introduced the sender of a request that is shown; nullopt: nobody.
    std::optional<crypto::AccountKey> introduced_by(const crypto::AccountKey& account) const;
    /// The user has decided; the entry goes with the step.
    void decided(Transaction& step, const crypto::AccountKey& account, Desk::Decision decision);
    /// It became a contact otherwise.
    void remove(Transaction& step, const crypto::AccountKey& account);

    /// Shows what is due, forgets what is over. Call every ten minutes or so.
    void look();

    /// Requests that wait unseen, and what they take of memory.
    std::size_t waiting() const { return desk_->waiting(); }

    std::size_t memory() const { return desk_->memory(); }

  private:
    /// Beside a request of the desk: what is needed without its row.
    struct Held {
        crypto::AccountKey account;
        crypto::DeviceId device;
        crypto::InnerId inner;
        Timestamp told{};  ///< last receipt
    };

    struct Arrival {
        Origin origin;
        Bytes bytes;
        crypto::InnerId inner;
        reputation::DeskClaim claim;
        reputation::WorkClaim work;
        std::optional<Endpoint> source;  ///< nullopt: by mail
        bool by_link = false;
    };

    enum class Verdict : std::uint8_t { Pass, Drop, Wait, Check, Seen };

    // contact_desk_arrival.cpp
    Verdict weigh(Arrival& arrival, const message::Inner& inner);
    bool invited(const reputation::InviteTicket& ticket, const reputation::InitDigest& own);
    bool ranks(const Arrival& arrival) const;
    reputation::WorkBudget::Permit ask_budget(const Arrival& arrival);
    [[nodiscard]] Task<> check(Arrival arrival);
    void take_up(Arrival& arrival);
    bool raise(Arrival& arrival, Transaction& step);
    bool open_new(Arrival& arrival, Transaction& step);
    std::optional<crypto::AccountKey> voucher_of(Transaction& step,
                                                 const crypto::AccountKey& sender,
                                                 const message::Request& request);

    // contact_desk.cpp
    Result<> load_state();
    void put_state(Transaction& step);
    void erase(Transaction& step, const crypto::MessageId& id, const crypto::DeviceId* keep);
    void show_due(Transaction& step);
    bool show(Transaction& step, const crypto::MessageId& id);
    void tell_again(const crypto::AccountKey& account);
    void ignored(Transaction& step, const reputation::DeskRequest& request);
    void plan();
    const Held* held_of(const crypto::AccountKey& account) const;

    Parts parts_;
    store::RequestTable table_;
    store::InviteTable invites_;
    AsyncScope scope_;
    bool stopping_ = false;
    std::function<void()> changed_;
    std::function<void()> judged_;
    Bytes secret_;
    std::unique_ptr<Desk> desk_;
    std::map<crypto::MessageId, Held> held_;
    std::optional<reputation::WorkBudget> budget_;
    std::set<crypto::AccountKey> checking_;
    RecentSet<crypto::InnerId> junk_{remembered};
    std::map<crypto::InviteId, Gcra<Timestamp>> invite_rates_;
    Gcra<Timestamp> opened_;
    DailyCaps<crypto::AccountKey> opened_of_{opened_of_one};
    reputation::ChargedIntroductions charged_;
    std::uint16_t told_effort_ = 0;
    Alarm alarm_;
};

}  // namespace kith::node
