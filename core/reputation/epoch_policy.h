// SPDX-License-Identifier: GPL-3.0-or-later
// What we asked for on the last days, and whether a stranger's work claims as much.
//
// Work is bound to a day, so the recipient remembers for nine days under which keys it could be
// found and the least effort it asked for; a request that was on its way for a week is judged by
// what its sender could read. Specification: docs/spec/reputation.md#arrival.
#pragma once

#include "core/base/result.h"
#include "core/reputation/ticket.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace kith::reputation {

/// How far from today the epoch of a ticket may be, in days.
inline constexpr std::uint64_t oldest_epoch = 7;
inline constexpr std::uint64_t newest_epoch = 1;

/// The days of one account, for one reach secret. Value type.
class EpochPolicies {
  public:
    /// Days that are kept: oldest_epoch before today, today, newest_epoch after.
    static constexpr std::size_t kept = oldest_epoch + 1 + newest_epoch;
    /// Keys of one day: more than one when a certificate was issued again. Further ones are not
    /// taken.
    static constexpr std::size_t keys_of_a_day = 4;

    struct Day {
        crypto::BlindedAccountKey account;       ///< A_e
        std::uint64_t epoch = 0;                 ///< e
        std::vector<crypto::BeaconKey> beacons;  ///< D_e, in the order of publishing
        std::uint16_t least_effort = 0;          ///< E_e: least that was published, in rCPU

        friend bool operator==(const Day&, const Day&) = default;
    };

    /// A beacon for this day goes out and asks for this effort.
    void publish(const RecipientDay& day, std::uint16_t effort);

    /// nullptr: nothing is known of that day. Valid until the next non-const call.
    const Day* find(std::uint64_t epoch) const;

    /// Forgets days that no ticket may name any more.
    void forget_before(std::uint64_t epoch_now);

    /// For the store, versioned.
    Bytes encode() const;
    /// Corrupt: not made by encode(). UnsupportedVersion: of a newer kith.
    static Result<EpochPolicies> decode(ByteView row);

    friend bool operator==(const EpochPolicies&, const EpochPolicies&) = default;

  private:
    std::vector<Day> days_;  // ascending by epoch
};

/// Who shows a ticket, with what, and when.
struct TicketHolder {
    crypto::AccountKey sender;
    InitDigest own;  ///< of the INIT that came with it
    std::uint64_t epoch_now = 0;
    /// It came over a link just now, not through a mailbox: its epoch must be near today's.
    bool by_link = false;
};

/// A ticket that claims enough work; the work itself is not checked yet.
struct WorkClaim {
    std::vector<Puzzle> puzzles;  ///< any of them may be the one that was solved
    Nonces nonces{};
    std::uint32_t difficulty = 0;
    std::uint16_t asked = 0;  ///< effort of that day
};

/// The checks of a ticket that cost nothing, in this order: its epoch is one we know (Expired,
/// "bad_epoch"), it pays at least an eighth of what was asked (Refused, "low_work"), it is for this
/// message (Refused, "wrong_init") and by this sender (Refused, "wrong_body").
Result<WorkClaim> check_claim(const WorkTicket& ticket,
                              const TicketHolder& holder,
                              const EpochPolicies& policies);

/// Refused ("bad_work"): solves none of the puzzles. Up to four evaluations, and one more for each
/// further puzzle. Run it on the worker.
Result<> verify_claim(const WorkClaim& claim);

/// Whether the claim pays what this sender is asked (Standing::work).
bool pays(const WorkClaim& claim, WorkEighths price);

}  // namespace kith::reputation
