// SPDX-License-Identifier: GPL-3.0-or-later
// Our requests to people who do not know us: pays for them with work, tries again, gives up.
//
//   keys at hand ─► INITs sealed ─► ticket solved on the worker ─► goes out ─► a day later again
//                   (never again)   (progress on disk)             (link, mailbox)   4 tries, 7
//                   days
//
// The INIT of each device is sealed once and its bytes stay the same; a new try puts another ticket
// beside it. While the ticket is made, the request waits in the outbox unencrypted. A receipt
// means that they have seen it, and ends this. Strand only. Specification: docs/spec/requests.md.
#pragma once

#include "core/base/async_scope.h"
#include "core/node/beacon_lookup.h"
#include "core/node/puzzle_worker.h"
#include "core/node/sender.h"
#include "core/store/request_table.h"

#include <functional>
#include <map>
#include <optional>

namespace kith::node {

class OwnRequests {
  public:
    /// How often the progress of a search is written down.
    static constexpr Duration save_every = seconds(10);

    struct Parts {
        const Profile& profile;
        ContactBook& contacts;
        Sender& sender;
        Outbox& outbox;
        store::SessionTable& sessions;
        store::Store& store;
        Commits& commits;
        PuzzleWorker& puzzles;
        Clock& clock;
        asio::any_io_executor executor;
    };

    explicit OwnRequests(Parts parts);

    /// Before anything else, and again after a failed commit.
    Result<> load();
    /// Goes on with what was under way when the device stopped.
    void start();
    [[nodiscard]] Task<> stop();

    /// The newest beacon of the account that was found; nullptr: none since start.
    void on_beacon(std::function<const Whereabouts*(const crypto::AccountKey&)> beacon) {
        beacon_ = std::move(beacon);
    }

    /// Called when the newest beacon of the account is wanted.
    void on_search(std::function<void(const crypto::AccountKey&)> search) {
        search_ = std::move(search);
    }

    /// A request of ours is under way: another one would only be the same again.
    bool active(const crypto::AccountKey& account) const;

    /// Sessions have begun: seals what can be sealed for people who do not know us.
    Result<> prepare(Transaction& step, const crypto::AccountKey& account);
    /// A beacon of the account was found.
    void found(const crypto::AccountKey& account);
    /// They answered, or our user has thought better of it.
    void forget(Transaction& step, const crypto::AccountKey& account);
    /// Drops what has been seen, gives up what is over. Call every ten minutes or so.
    void look();

    /// What pays for leaving the request with this account's mailboxes.
    struct Fare {
        crypto::BlindedAccountKey account;  ///< A_e
        Bytes proof;
    };

    /// nullopt: the message is no request of ours whose ticket is ready.
    std::optional<Fare> fare(const crypto::AccountKey& account,
                             const crypto::MessageId& message) const;

    /// What people see of it; nullopt: no request of ours.
    std::optional<RequestView> view(const crypto::AccountKey& account) const;

  private:
    /// When the store takes nothing.
    static constexpr Duration again_after = seconds(10);

    struct Own {
        store::OwnRequest row;
        bool solving = false;
        bool closed = false;  ///< they take no requests of strangers now
        std::optional<SteadyTime> saved;
        Alarm alarm;
    };

    Own* find(const crypto::AccountKey& account);
    bool waits(const store::OwnRequest& row) const;
    void plan(Own& own);
    void on_alarm(const crypto::AccountKey& account);
    void try_again(Own& own);
    void give_up(Own& own);
    bool pose(Own& own);
    /// A contact of theirs has introduced us: an eighth.
    reputation::WorkEighths price_of(const store::OwnRequest& row) const;
    void work(Own& own);
    std::optional<reputation::RecipientDay> day_of(const store::OwnRequest& row) const;
    reputation::Proof proof_of(const store::OwnRequest& row) const;
    [[nodiscard]] Task<> solve(crypto::AccountKey account);
    void take_step(Own& own, const reputation::Solver& solver);
    void send_out(Own& own);
    void save(const Own& own);
    void note_refusal(const Own& own, RequestView& out) const;
    Result<> seal(Transaction& step, Lane& lane, const OutboxEntry& entry);

    Parts parts_;
    store::RequestTable table_;
    AsyncScope scope_;
    AsyncEvent stop_;
    bool stopping_ = false;
    std::function<const Whereabouts*(const crypto::AccountKey&)> beacon_;
    std::function<void(const crypto::AccountKey&)> search_;
    std::map<crypto::AccountKey, Own> own_;
};

}  // namespace kith::node
