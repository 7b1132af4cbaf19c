// SPDX-License-Identifier: GPL-3.0-or-later
// Why a peer is treated as it is, as data: tier and score, the largest reasons with their dates,
// the limits that are enforced now, what changes next by itself, and what the user can do. The
// words are the command line's.
//
// Everything follows from the record alone, so the answer is exact and the same tomorrow.
// Specification: docs/spec/reputation.md#explanation.
#pragma once

#include "core/reputation/record.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace kith::reputation {

/// All events of one kind, and what they do to the score.
struct Reason {
    Event event = Event::Reply;
    Timestamp last{};  ///< in whole seconds
    std::uint32_t count = 0;
    double weight = 0;  ///< as it was when it happened; of bad events negative
    double left = 0;    ///< what is left of it today
    double effect = 0;  ///< S_raw with these events, less S_raw without them
};

/// The `most` kinds with the largest effect, largest first; equal ones by name.
std::vector<Reason> reasons_of(const Record& record, Timestamp now, std::size_t most);

/// What the limits will be if nothing more happens.
struct Change {
    Timestamp when{};  ///< the first minute at which it is so
    Standing standing;
};

/// The user's act that takes a limit away. The command line has the command.
enum class Remedy : std::uint8_t {
    None,     ///< nothing is limited that a person would notice
    Accept,   ///< take the peer as a contact
    Forgive,  ///< take back the report, lift the block
    Leave,    ///< of a member: leave the group; of a host: choose another
};

struct Explanation {
    Context context = Context::Person;
    /// Tier, score and limits; exactly what Record::admit() enforces. Of a host and of nodes only
    /// `raw` and `score` have a meaning.
    Standing standing;
    std::vector<Reason> because;  ///< at most three
    /// No request is taken before.
    std::optional<Timestamp> request_refused_until;
    /// The next change of tier or of the price of work within two years; nullopt: nothing changes
    /// by itself.
    std::optional<Change> next;
    Remedy remedy = Remedy::None;
};

Explanation explain(const Record& record, Timestamp now);

}  // namespace kith::reputation
