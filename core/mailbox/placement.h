// SPDX-License-Identifier: GPL-3.0-or-later
// Which hosts an owner has its mail kept by. The owner chooses, never the network: own always-on
// devices first, then contacts, then volunteers; weighted by what was observed, and by nothing that
// others say (docs/spec/mailbox.md#placement).
#pragma once

#include "core/base/endpoint.h"
#include "core/base/random.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/mailbox/lease.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace kith::mailbox {

/// Copies that are wanted; how many more when hosts are seldom there; the most ever.
inline constexpr std::size_t copies_default = 3;
inline constexpr std::size_t copies_more = 2;
inline constexpr std::size_t copies_max = 5;
/// Hosts below this share of answered polls are taken only when there is nobody better.
inline constexpr double availability_wanted = 0.7;
/// How long a volunteer must have been observed.
inline constexpr Duration volunteer_probation = days(7);
/// A host is given up below this conduct, or when it was not reached for so long.
inline constexpr double score_floor = 0.35;
inline constexpr Duration unreachable_limit = hours(72);

/// Somebody who keeps our mail or could.
struct HostCandidate {
    crypto::BoxId id;
    LeaseClass lease_class = LeaseClass::Contact;
    double availability = 0.5;
    Duration observed{};      ///< how long it has been polled
    double score = 0.67;      ///< S_box (docs/spec/reputation.md#hosts)
    double conduct = 0.67;    ///< the same without losses, which the loss detector judges
    NetworkPrefix network{};  ///< /24 or /48 of its address; volunteers must differ
    bool audited = false;     ///< passed its audit; volunteers only
    bool chosen = false;      ///< keeps our mail now
    bool pinned = false;      ///< by the user: never replaced
    bool alarm = false;       ///< the loss detector fired
    bool leaving = false;     ///< said so itself
    Duration unreachable{};   ///< for how long; zero when it answers
};

enum class LeaveReason { Alarm, Score, Unreachable, Leaving };

std::string_view to_string(LeaveReason reason);

/// Why a chosen host should be replaced; nullopt: it should not. Pinned ones never are.
std::optional<LeaveReason> reason_to_leave(const HostCandidate& host);

struct Placement {
    std::vector<crypto::BoxId> keep;
    std::vector<crypto::BoxId> add;    ///< lease these first, then announce
    std::vector<crypto::BoxId> drain;  ///< then let these go, each until its last envelope expired
};

/// The hosts to have. `copies`: wanted number (`delivery.copies`); copies_more on top, up to
/// copies_max, when the chosen ones are there less than availability_wanted of the time.
///
/// A host that lost mail, or takes none any more, is drained in any case; one of low score when
/// there is any other; one that is away when there are enough others. Among equals the weight is
/// max(0.05, score); one pick of a volunteer in five is uniform.
Placement choose_hosts(std::span<const HostCandidate> candidates,
                       std::size_t copies,
                       Random& random);

/// Whether this device may offer to keep mail for contacts: reachable and up most of the time, with
/// room, not metered.
struct OwnSituation {
    double reachable_share = 0;  ///< of the last 7 days, up and reachable
    std::uint64_t free_bytes = 0;
    bool metered = false;
};

bool may_offer(const OwnSituation& own);

}  // namespace kith::mailbox
