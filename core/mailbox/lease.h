// SPDX-License-Identifier: GPL-3.0-or-later
// The agreement between a mailbox host and the owner of the mail: who it is with, how much it
// holds, until when.
//
//   LEASE  host -> owner   SIG("lease-ok", MSK, lease_id || LK || u64 quota || u64 exp)
//   OWN    owner -> host   SIG("own", LK, x || box_id || lease_id)      x = TLS exporter of the
//   link
//
// OWN holds for one link, so nothing can be replayed and no clock is needed. LK follows from the
// owner's beacon seed and the host's id: a volunteer sees a key it cannot place.
// Specification: docs/spec/mailbox.md#lease.
#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/crypto/sign.h"
#include "core/wire/lease_frames.h"

#include <cstdint>

namespace kith::mailbox {

/// A lease runs this long; its owner asks again from half of it on.
inline constexpr Duration lease_term = days(30);
inline constexpr Duration lease_renewal = days(15);

/// Who leases. Part of the disk format. The order is that of trust.
enum class LeaseClass : std::uint8_t {
    Own = 0,        ///< a device of the host's own account
    Contact = 1,    ///< a contact that was granted a lease in-session
    Volunteer = 2,  ///< anybody who paid with work
};

/// What a host signed.
struct LeaseTerms {
    crypto::LeaseId lease;
    crypto::LeaseKey owner;
    std::uint64_t quota = 0;    ///< bytes of envelopes
    std::uint64_t expires = 0;  ///< unix seconds

    friend bool operator==(const LeaseTerms&, const LeaseTerms&) = default;
};

crypto::Signature sign_lease(const crypto::MailboxKeyPair& host, const LeaseTerms& terms);

/// BadKey, BadSignature.
Result<> verify_lease(const crypto::MailboxKey& host,
                      const LeaseTerms& terms,
                      const crypto::Signature& signature);

/// The answer of a host, checked: it is for this owner and signed by this host.
/// Errors: Malformed (another lease), BadKey, BadSignature.
Result<LeaseTerms> accept_lease(const wire::Lease& answer,
                                const crypto::LeaseKey& owner,
                                const crypto::MailboxKey& host);

/// OWN: the holder of LK is at the other end of this link.
crypto::Signature prove_owner(const crypto::LeaseKeyPair& owner,
                              const crypto::ChannelBinding& link,
                              const crypto::BoxId& box);

/// BadKey, BadSignature.
Result<> verify_owner(const crypto::LeaseKey& owner,
                      const crypto::ChannelBinding& link,
                      const crypto::BoxId& box,
                      const crypto::Signature& signature);

/// When the owner asks again: day 15 of 30, or at once when less than half is left.
bool renewal_due(Timestamp expires, Timestamp now);

}  // namespace kith::mailbox
