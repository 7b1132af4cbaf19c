// SPDX-License-Identifier: GPL-3.0-or-later
// The desk: which contact requests of strangers the user gets to see.
//
//   arrives ─► judge() ─► work is checked, message opened ─► offer() ─► waits ─► show() ─► shown
//              free of cost                                    │                            │
//                                    pushed out, or 7 d after its epoch: forgotten          │
//                                                   decide(), or ignored after 14 d ◄───────┘
//
// Three queues: cold (256), introduced (64), invited (64). Cold and introduced requests take slots,
// ten a day and ten at once for each of the two; invited ones need none. At most 50 undecided
// requests are shown, 30 of them cold. So strangers together cost the user a fixed number of looks
// a day, whatever they spend. Nobody is answered before being shown; the desk says nothing at all
// to those it drops.
//
// One object for one account on one device; the caller stores each change before it acts on it.
// Not thread-safe. Specification: docs/spec/reputation.md#desk.
#pragma once

#include "core/base/gcra.h"
#include "core/reputation/desk_rank.h"
#include "core/reputation/desk_request.h"
#include "core/reputation/effort.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace kith::reputation {

/// `privacy.accept_requests` of the configuration.
enum class AcceptRequests : std::uint8_t { All, Introduced, InvitedOnly };

class StrangerDesk {
  public:
    static constexpr std::size_t cold_queue = 256;
    static constexpr std::size_t introduced_queue = 64;
    static constexpr std::size_t invited_queue = 64;
    static constexpr std::size_t shown_max = 50;
    static constexpr std::size_t shown_cold_max = 30;
    /// A request that is shown and not decided upon is gone, and counts as ignored.
    static constexpr Duration ignored_after = days(14);

    struct Settings {
        AcceptRequests accept = AcceptRequests::All;
        std::uint32_t slots_a_day = 10;  ///< of cold requests; also how many at once; >= 1
    };

    StrangerDesk(DeskSecret secret, Settings settings, Timestamp now);

    void set(Settings settings) { settings_ = settings; }

    // --- Arrival
    // ----------------------------------------------------------------------------------

    enum class Verdict : std::uint8_t {
        Take,
        Closed,   ///< the user takes no requests of this kind
        Known,    ///< waits or is shown already, and this one pays no more
        Expired,  ///< its epoch is too long ago
        Full,     ///< ranks below all that wait
    };

    /// Whether a request would be taken: asked before its work is checked.
    Verdict judge(const DeskClaim& claim, Timestamp now);

    struct Outcome {
        Verdict verdict = Verdict::Take;
        /// Requests that are gone for it: their rows and held sessions go in the same batch.
        std::vector<crypto::MessageId> gone;
    };

    /// Takes a request whose work or introduction or invitation has been checked. Cold ones count
    /// as arrivals whether they are taken or not. Another proof of a sender who waits raises it: to
    /// a higher rank, or by another ticket in the lottery.
    Outcome offer(DeskRequest request, Timestamp now);

    // --- Showing
    // ----------------------------------------------------------------------------------

    /// Moves what may be shown now to the request inbox, and gives it in the order of showing.
    /// Call it after offer() and decide(), and at next_show().
    std::vector<crypto::MessageId> show(Timestamp now);

    /// When show() may have more to do without anything else happening; nullopt: not before
    /// something arrives or is decided.
    std::optional<Timestamp> next_show(Timestamp now) const;

    /// Undecided requests that the user can see, oldest first. Valid until the next non-const call.
    const std::vector<DeskRequest>& shown() const { return shown_; }

    /// Requests that wait unseen.
    std::size_t waiting() const;

    /// nullptr: unknown. Valid until the next non-const call.
    const DeskRequest* find(const crypto::MessageId& id) const;

    /// False while the user has reported more of what was shown than accepted: then cold requests
    /// come without a notification.
    bool notifies(Timestamp now) const;

    // --- Leaving
    // ----------------------------------------------------------------------------------

    enum class Decision : std::uint8_t { Accepted, Declined, Blocked, Reported };

    /// The user's decision about a request that is shown. NotFound: it is not.
    Result<DeskRequest> decide(const crypto::MessageId& id, Decision decision, Timestamp now);

    /// Forgets what a sender has here, because it was blocked or became a contact otherwise.
    std::vector<crypto::MessageId> remove(const crypto::AccountKey& sender);

    struct Gone {
        DeskRequest request;
        bool ignored = false;  ///< it was shown: counts as Event::Ignored
    };

    /// Forgets what waited or was shown too long.
    std::vector<Gone> sweep(Timestamp now);

    // --- State
    // ------------------------------------------------------------------------------------

    /// What a cold request costs now; the beacon says published().
    const Effort& effort(Timestamp now);

    /// Bytes that the requests take: at most 1 MiB.
    std::size_t memory() const;

    /// Everything but the requests, which have rows of their own. Versioned.
    Bytes encode_state() const;
    /// Takes saved state over. Corrupt, UnsupportedVersion: nothing changes.
    Result<> restore_state(ByteView row);
    /// Puts a stored request back. False, and nothing changes: no room, or there already.
    bool restore(DeskRequest request);

  private:
    struct Waiting {
        DeskRequest request;
        DeskRank rank;
    };

    using Queue = std::vector<Waiting>;

    struct Slots {
        Gcra<Timestamp> cold;
        Gcra<Timestamp> introduced;
    };

    static std::size_t bound_of(Way way);
    void advance(Timestamp now);
    void draw_lottery();
    DeskRank rank_of(const DeskClaim& claim, std::uint8_t tickets) const;

    Queue& queue(Way way) { return queues_[static_cast<std::size_t>(way)]; }

    const Queue& queue(Way way) const { return queues_[static_cast<std::size_t>(way)]; }

    const DeskRequest* of_sender(const crypto::AccountKey& sender) const;
    bool is_shown(const crypto::AccountKey& sender) const;
    bool accepts(Way way) const;
    bool take_slot(Way way, Timestamp now);
    Pace pace_of(Way way) const;
    bool room_to_show(Way way) const;
    Waiting take_best(Way way);
    void count(Decision decision, Way way, Timestamp now);

    DeskSecret secret_;
    Settings settings_;
    std::array<Queue, 3> queues_;
    std::vector<DeskRequest> shown_;
    Slots slots_;
    Effort effort_;
    std::uint64_t period_;
    std::uint32_t arrivals_ = 0;
    std::uint32_t reports_ = 0;
    // How the user judged what was shown; both halve in 60 days.
    double accepted_ = 0;
    double reported_ = 0;
    Timestamp judged_;
};

}  // namespace kith::reputation
