// SPDX-License-Identifier: GPL-3.0-or-later
// The counters behind the quotas: bytes by mailbox, capability and pool, and what is reserved for
// guaranteed shares. Kept in memory, recomputed from the stored index at start, so they cannot
// drift. No entry for an envelope: a million of them cost nothing here.
#pragma once

#include "core/crypto/keys.h"
#include "core/mailbox/capability.h"
#include "core/mailbox/quota.h"
#include "core/wire/deposit_frames.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace kith::mailbox {

/// Bytes and envelopes that are held.
struct Usage {
    std::uint64_t bytes = 0;
    std::uint32_t envelopes = 0;

    friend bool operator==(const Usage&, const Usage&) = default;
};

/// Who left an envelope, as the index knows it: the first bytes of D, or nobody (a stranger).
using DepositorMark = std::optional<std::uint64_t>;

/// Eight bytes of D, big-endian: enough to tell the capabilities of one owner apart.
inline std::uint64_t mark_of(const crypto::DepositKey& key) {
    return read_be<std::uint64_t>(key.view());
}

/// A capability with the owner's own limits; 0: none.
struct ShareLimits {
    std::uint64_t mark = 0;
    std::uint32_t envelopes = 0;  ///< held at the same time
    std::uint64_t bytes = 0;
};

/// Sum over all mailboxes of a host.
struct HostTotal {
    std::uint64_t quota = 0;  ///< what the host gives in all (own mailboxes are apart)
    std::uint64_t used = 0;
    std::uint64_t reserved = 0;  ///< guaranteed and not used
};

/// Counters of one mailbox. Every change keeps `total` in step; own mailboxes are not in it.
class MailboxLedger {
  public:
    MailboxLedger(LeaseClass lease_class, std::uint64_t quota, HostTotal& total);
    MailboxLedger(const MailboxLedger&) = delete;
    MailboxLedger& operator=(const MailboxLedger&) = delete;
    ~MailboxLedger();

    LeaseClass lease_class() const { return class_; }

    std::uint64_t quota() const { return quota_; }

    void set_quota(std::uint64_t quota);

    /// Known ones get the new limits and keep their count.
    void add(const std::vector<ShareLimits>& capabilities);
    /// What it left stays and is counted on, should it be added again.
    void remove(std::uint64_t mark);
    void remove_all();

    /// Whether an envelope of `size` bytes may come in; nullopt: yes. Share, Full or Strangers.
    std::optional<wire::RefuseCode> admit(const DepositorMark& from, std::size_t size) const;

    /// Whether a stranger's envelope fits once so much of the pool is given back.
    bool stranger_fits(std::size_t size, std::uint64_t freed_bytes, std::uint32_t freed) const;

    /// Counts an envelope in, or out again.
    void hold(const DepositorMark& from, std::size_t size);
    void release(const DepositorMark& from, std::size_t size);

    Usage used() const { return used_; }

    Usage pool() const { return pool_; }

    std::uint32_t pool_places() const { return places_; }

    /// What a capability holds; zero for an unknown one.
    Usage used_by(std::uint64_t mark) const;

    std::size_t capabilities() const { return live_; }

    /// Guaranteed and not used, in bytes.
    std::uint64_t reserved() const { return reserved_; }

  private:
    struct Share {
        std::uint64_t mark = 0;
        bool live = false;  // false: removed, but some of its mail is still held
        Usage used;
        std::uint64_t bytes = 0;  // the owner's limits; 0: none
        std::uint32_t envelopes = 0;
    };

    std::uint64_t guaranteed(const Share& share) const;
    std::uint64_t unused(const Share& share) const;
    std::uint64_t unused_pool() const;
    Share& at(std::uint64_t mark);
    const Share* find(std::uint64_t mark) const;
    std::optional<wire::RefuseCode> admit_share(std::uint64_t mark, std::size_t size) const;
    template <class Change>
    void count(const DepositorMark& from, Change change);
    void reckon();
    void forget_dead();
    void leave_total();
    void enter_total();

    LeaseClass class_;
    std::uint64_t quota_;
    HostTotal& total_;
    Usage used_;
    Usage pool_;
    std::uint32_t places_ = 0;
    std::uint64_t reserved_ = 0;
    bool entered_ = false;
    std::size_t live_ = 0;
    std::vector<Share> shares_;  // sorted by mark
};

}  // namespace kith::mailbox
