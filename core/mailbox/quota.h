// SPDX-License-Identifier: GPL-3.0-or-later
// What a mailbox holds for whom. Space is admitted, never taken back: a receipted envelope of a
// contact is not displaced before it expires, so a depositor can only be refused.
//
// Each capability has a guaranteed share. Above it a deposit is admitted only while all unused
// guaranteed shares, of this mailbox and of all mailboxes of the host, still fit; so nobody's
// traffic makes somebody else's guaranteed share be refused. Strangers share one pool.
// The decisions depend on the arguments alone. Specification: docs/spec/mailbox.md#quotas.
#pragma once

#include "core/base/time.h"
#include "core/mailbox/lease.h"

#include <cstddef>
#include <cstdint>

namespace kith::mailbox {

/// What one class of lease gets. Sizes in bytes.
struct ClassTerms {
    std::uint64_t quota = 0;           ///< of a mailbox; Own: bounded by the disk instead
    bool shared = true;                ///< ceilings and guaranteed shares apply
    std::uint64_t pool_bytes = 0;      ///< strangers' pool of a mailbox with the full quota
    std::uint32_t pool_places = 0;     ///< of 4 KiB; a larger envelope takes several
    std::size_t largest_envelope = 0;  ///< of contacts
    Duration ttl{};                    ///< longest a contact may ask for
};

const ClassTerms& terms_of(LeaseClass lease_class);

/// Longest a stranger may ask for, and what its receipt promises.
inline constexpr Duration stranger_ttl = days(7);
inline constexpr Duration stranger_promise = hours(1);
/// Largest envelope of a stranger, and what one place of the pool holds.
inline constexpr std::size_t stranger_envelope_size = 16384;
inline constexpr std::size_t stranger_place = 4096;
/// Shortest time a deposit may ask for.
inline constexpr Duration ttl_min = minutes(1);

/// One capability may fill at most a quarter of a mailbox.
std::uint64_t ceiling(LeaseClass lease_class, std::uint64_t quota);

/// quota / (4 x capabilities): what each capability may always fill. 0 for class Own, where nothing
/// is shared out.
std::uint64_t guaranteed_share(LeaseClass lease_class,
                               std::uint64_t quota,
                               std::size_t capabilities);

/// Bytes of a mailbox that strangers share: 6 % of the quota, 2 MiB at an own device.
std::uint64_t stranger_pool(LeaseClass lease_class, std::uint64_t quota);

/// Places of the pool that an envelope takes.
std::uint32_t places_of(std::size_t envelope_size);

}  // namespace kith::mailbox
