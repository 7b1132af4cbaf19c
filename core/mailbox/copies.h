// SPDX-License-Identifier: GPL-3.0-or-later
// The copies of one message for one device of its recipient: where it was left, what the hosts said
// since, and what is to be done next. The outbox is the authority and hosts are caches: until the
// end-to-end receipt comes, lost copies are made again. Pure; jitter is handed in.
// Specification: docs/spec/mailbox.md#repair.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/mailbox/box_rows.h"
#include "core/mailbox/receipt.h"
#include "core/wire/deposit_frames.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace kith::mailbox {

/// A host that has not answered a deposit by then counts as failed.
inline constexpr Duration deposit_deadline = seconds(10);
/// Without progress on a live link by then, copies are left at hosts as well.
inline constexpr Duration deposit_delay = seconds(3);
/// Copies that are enough; one at a device of the recipient's own is, too.
inline constexpr std::size_t copies_enough = 2;
/// A copy with less than this left, or less than half of its term, is made anew by a new sealing.
inline constexpr Duration renew_before = hours(24);
/// After `gone` the end-to-end receipt must come within this time.
inline constexpr Duration gone_grace = hours(48);
/// A receipt gets none: for so long after the first copy the other hosts are tried.
inline constexpr Duration receipt_effort = minutes(30);
/// Deposits in flight to one host.
inline constexpr std::size_t deposits_in_flight = 16;

/// Delay before try `attempt` (1, 2, ..) at a host that did not take it: 1, 2, 4, 8, 16 s, then
/// 5 min, 15 min, 1 h, 6 h for ever; each +-50 %. `jitter` in [0, 1).
Duration deposit_retry(unsigned attempt, double jitter);

/// Delay from the first copy, or from the last check, to check `number` (0, 1, ..): 1 h, then to
/// 6 h, then a day each; +-20 %.
Duration stat_delay(unsigned number, double jitter);

enum class CopyState : std::uint8_t {
    Wanted = 0,   ///< to be left there
    Stored = 1,   ///< a verified receipt
    Gone = 2,     ///< the owner has collected it, says the host
    Lost = 3,     ///< the host denies what it signed; tried again, later than others
    Refused = 4,  ///< no host for this message: unknown, off, too large
};

/// One copy. `attempts` and `next` are of deposits while Wanted, of checks while Stored.
struct Copy {
    crypto::BoxId host;
    bool own = false;  ///< a device of the recipient's account
    CopyState state = CopyState::Wanted;
    std::uint32_t attempts = 0;
    Timestamp next{};
    std::optional<Receipt> receipt;  ///< the last one, also after Gone and Lost
    Timestamp since{};               ///< when it came into this state
    /// While Stored, by our clock: the promise ends, and when to make the copy anew.
    Timestamp ends{};
    Timestamp renew_at{};

    friend bool operator==(const Copy&, const Copy&) = default;
};

/// What a host's answer means for others than this copy.
enum class HostNews {
    Nothing,
    ReadHostsAgain,  ///< unknown or off: the announcement may be old
    ProvenLoss,      ///< against the host: its receipt says otherwise
    NeedsMoreWork,   ///< a stranger's deposit
};

class Copies {
  public:
    Copies() = default;

    /// The hosts that the recipient names now; call it when that changed, or when one refused.
    /// Copies at others stay as they are while they are stored, and are dropped otherwise; new
    /// hosts and those that refused are wanted at once.
    struct Target {
        crypto::BoxId host;
        bool own = false;
    };

    void set_hosts(std::span<const Target> hosts, Timestamp now);

    /// Hosts to leave a copy at now.
    std::vector<crypto::BoxId> due_deposits(Timestamp now) const;
    /// Hosts to ask by STAT now.
    std::vector<crypto::BoxId> due_checks(Timestamp now) const;
    /// A copy is near its end: seal again, call renewed(), then deposit the new envelope at the
    /// hosts that due_deposits() names. Old copies count until their own term ends.
    bool renewal_due(Timestamp now) const;
    void renewed(Timestamp now);
    /// The earliest time at which one of the above can change; nullopt: never.
    std::optional<Timestamp> next_time() const;

    void stored(const crypto::BoxId& host, const Receipt& receipt, Timestamp now, Random& random);
    /// No answer in time, or no link.
    void failed(const crypto::BoxId& host, Timestamp now, Random& random);
    HostNews refused(const crypto::BoxId& host,
                     const wire::Refuse& refusal,
                     Timestamp now,
                     Random& random);
    /// The answer to STAT.
    HostNews checked(const crypto::BoxId& host, Fate fate, Timestamp now, Random& random);
    /// The answer to AUDIT was wrong: the copy is not there.
    HostNews audit_failed(const crypto::BoxId& host, Timestamp now, Random& random);
    /// Hosts that said `gone` long ago without an end-to-end receipt: it was a lie, or the
    /// recipient lost the message. Each is named once; then seal again, call renewed() and deposit.
    std::vector<crypto::BoxId> false_gone(Timestamp now, Random& random);

    /// w: hosts that hold verified receipts.
    std::size_t alive(Timestamp now) const;
    /// w >= min(2, usable hosts), or one at an own device of the recipient.
    bool enough(Timestamp now) const;
    /// All that can be done for what gets no receipt of its own: enough copies, or one that was
    /// taken or collected and no other host to try, or none for receipt_effort.
    bool settled(Timestamp now) const;

    const std::vector<Copy>& all() const { return copies_; }

    /// nullptr: none is left or wanted there.
    const Copy* at(const crypto::BoxId& host) const;

    Bytes encode() const;
    /// Malformed.
    static Result<Copies> decode(ByteView bytes);

    friend bool operator==(const Copies&, const Copies&) = default;

  private:
    Copy* find(const crypto::BoxId& host);
    static bool wants_deposit(const Copy& copy);
    static bool is_alive(const Copy& copy, Timestamp now);
    static void lose(Copy& copy, Timestamp now, Random& random);
    static void enter(Copy& copy, CopyState state, Timestamp now, Duration next);

    std::vector<Copy> copies_;
};

}  // namespace kith::mailbox
