// SPDX-License-Identifier: GPL-3.0-or-later
// Brings the outbox to its people: finds their devices, gets their keys, begins sessions, dials,
// and tries again with patience. One errand per account at a time; a live link does the rest.
//
// Presence is a hint and so is every address: known ones, those told in sessions, and the beacon
// are tried together. The outbox decides when there is nothing left to do.
#pragma once

#include "core/base/async_event.h"
#include "core/base/async_scope.h"
#include "core/node/beacon_lookup.h"
#include "core/node/known_lists.h"
#include "core/node/link_table.h"
#include "core/node/sender.h"

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <unordered_map>

namespace kith::node {

/// What an errand met, for `kith msg show`.
struct Attempt {
    Timestamp time;
    std::string step;    // look-up, keys, direct
    std::string target;  // an address, or empty
    std::string result;  // in words
};

class Courier {
  public:
    /// Attempts remembered for each account.
    static constexpr std::size_t max_attempts = 40;
    /// Errands at once: dials are costly, and a restart wakes everybody.
    static constexpr std::size_t max_errands = 16;

    struct Parts {
        const Profile& profile;
        ContactBook& contacts;
        KnownLists& lists;
        Sender& sender;
        Outbox& outbox;
        store::SessionTable& sessions;
        Commits& commits;
        LinkTable& links;
        BeaconLookup& beacons;
        Random& random;
        Clock& clock;
        asio::any_io_executor executor;
    };

    explicit Courier(Parts parts);

    [[nodiscard]] Task<> stop();

    /// Called when an attempt to reach somebody has failed.
    void on_failed(std::function<void(const crypto::AccountKey&)> call) {
        failed_ = std::move(call);
    }

    /// The last attempt failed, and nobody of this account is linked.
    bool away(const crypto::AccountKey& account) const;

    /// Called with sessions at hand: seals what others do not seal (own_requests.h).
    using Prepare = std::function<Result<>(Transaction&, const crypto::AccountKey&)>;

    void on_prepare(Prepare prepare) { prepare_ = std::move(prepare); }

    /// Called with the keys of a device out of a verified bundle.
    using OnKeys = std::function<void(const crypto::AccountKey&, const session::BundleKeys&)>;

    void on_keys(OnKeys call) { keys_ = std::move(call); }

    /// Asked whether a bundle is worth fetching though all sessions are there.
    void on_wanted(std::function<bool(const crypto::AccountKey&)> wanted) {
        wanted_ = std::move(wanted);
    }

    /// Asked whether mailboxes keep enough copies of a message for this device.
    using Kept = std::function<bool(const crypto::DeviceId&, const crypto::MessageId&)>;

    void on_kept(Kept kept) { kept_ = std::move(kept); }

    /// Called when a beacon of somebody was found.
    void on_found(std::function<void(const crypto::AccountKey&)> call) { found_ = std::move(call); }

    /// The newest beacon of the account that was found; nullptr: none since start. Valid until the
    /// next co_await.
    const Whereabouts* beacon(const crypto::AccountKey& account) const;
    /// Looks for the newest beacon now.
    void search(const crypto::AccountKey& account);

    /// There may be something to bring to this account. `now`: forget the backoff.
    void wake(const crypto::AccountKey& account, bool now = false);
    /// The network changed: everybody is worth another try.
    void wake_all();
    /// Links to the five contacts that were about last, so that what waits for us on their side
    /// finds its way: called once, when the network is there. However long ago that was: whoever
    /// comes back after weeks, or with a wrong clock, is the one that others look for in vain.
    void greet();
    /// Looks for the contact and links to it, if nobody of it is linked.
    void seek(const crypto::AccountKey& account);
    /// The session with this device is lost: a new one is due, within the bounds of the policy.
    void renew(const crypto::AccountKey& account, const crypto::DeviceId& device);

    /// Dials until linked or out of ways, without anything to bring: `kith net ping`.
    [[nodiscard]] Task<Result<>> reach(crypto::AccountKey account, SteadyTime deadline);

    /// A beacon of this account was found within a day: one of its devices is about.
    bool found_lately(const crypto::AccountKey& account) const;

    const std::deque<Attempt>& attempts(const crypto::AccountKey& account) const;
    std::optional<SteadyTime> next_try(const crypto::AccountKey& account) const;

  private:
    static constexpr Duration lookup_deadline = seconds(5);

    struct Errand {
        bool running = false;
        bool again = false;
        unsigned failures = 0;
        unsigned lookups = 0;
        std::optional<SteadyTime> due;
        SteadyTime next_lookup;
        std::optional<SteadyTime> looked_up;  // the last time that somebody answered
        std::optional<Timestamp> found;
        std::optional<Whereabouts> beacon;  // the newest
        SteadyTime rest_until;              // of requests that have gone out
        std::deque<Attempt> attempts;
        Alarm alarm;
    };

    /// A look-up beside dials. Begins when one of them fails, or takes longer than an address that
    /// works; not at all when all are linked before.
    struct Search;
    using SearchPointer = std::shared_ptr<Search>;
    class SearchEnd;

    bool has_work(const crypto::AccountKey& account) const;
    bool all_kept(const crypto::AccountKey& account) const;
    bool may_look_up(const crypto::AccountKey& account) const;
    void begin(const crypto::AccountKey& account);
    [[nodiscard]] Task<> run(crypto::AccountKey account);
    [[nodiscard]] Task<bool> attempt(crypto::AccountKey account, SteadyTime deadline);
    [[nodiscard]] Task<> visit(crypto::AccountKey account);
    /// `blind`: there is nothing to dial before.
    SearchPointer begin_search(const crypto::AccountKey& account, bool blind);
    [[nodiscard]] Task<> look_up_beside(crypto::AccountKey account, SearchPointer search);
    bool learn(const crypto::AccountKey& account, const Whereabouts& found);
    bool has_gone_out(const crypto::AccountKey& account, const Lane& lane) const;
    void on_better(const crypto::AccountKey& account, const Whereabouts& found);
    [[nodiscard]] Task<> look_up(crypto::AccountKey account, SteadyTime deadline);
    [[nodiscard]] Task<Result<>> fetch_keys(crypto::AccountKey account, SteadyTime deadline);
    [[nodiscard]] Task<Result<LinkTable::Fetched>> ask_for_bundle(crypto::AccountKey account,
                                                                  wire::GetBundle request,
                                                                  SteadyTime deadline);
    Result<> flush_ready(const crypto::AccountKey& account);
    Result<> take_bundle(const crypto::AccountKey& account,
                         const crypto::ReachSecret& reach,
                         const LinkTable::Fetched& fetched);
    Result<> begin_session(Transaction& step,
                           const identity::Contact& contact,
                           const session::BundleKeys& keys,
                           const std::optional<session::NumberedOneTimePrekey>& one_time);
    [[nodiscard]] Task<bool> dial(crypto::AccountKey account,
                                  identity::ListedDevice device,
                                  SteadyTime deadline);
    /// Dials what is known, then what the search has found.
    [[nodiscard]] Task<bool> dial_and_search(crypto::AccountKey account,
                                             identity::ListedDevice device,
                                             SearchPointer search,
                                             SteadyTime deadline);
    /// An error in words, for `kith msg show`.
    static std::string outcome_of(const Error& error);
    bool needs_keys(const identity::Contact& contact);
    std::vector<Endpoint> candidates(const identity::Contact& contact,
                                     const crypto::DeviceId& device) const;
    void note(const crypto::AccountKey& account,
              std::string step,
              std::string target,
              std::string result);

    Parts parts_;
    AsyncScope scope_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    bool stopping_ = false;
    std::size_t running_ = 0;
    std::unordered_map<crypto::AccountKey, Errand> errands_;
    std::set<crypto::DeviceId> renewals_;
    std::function<void(const crypto::AccountKey&)> failed_;
    Prepare prepare_;
    std::function<void(const crypto::AccountKey&)> found_;
    OnKeys keys_;
    std::function<bool(const crypto::AccountKey&)> wanted_;
    Kept kept_;
};

}  // namespace kith::node
