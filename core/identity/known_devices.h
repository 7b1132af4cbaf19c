// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of an account's device list over time, and the rule by which a new list is taken
// (docs/spec/identity.md#acceptance). This is what makes a rolled-back or a forked list visible.
#pragma once

#include "core/identity/device_list.h"

#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace kith::identity {

/// What became of a list that verified.
enum class ListVerdict {
    New,           // taken: the next one, or the first that was ever seen
    Gap,           // taken, but lists in between are missing: ask for them in-session
    Same,          // known already
    Stale,         // older than what is known: ignored
    Equivocation,  // the account signed two histories: kept as evidence, the user is warned
};

std::string_view to_string(ListVerdict verdict);

/// (seq, hash[:8]) of a list, 16 bytes on the wire: each payload carries two of them, so that a
/// withheld list shows at the first exchange.
struct ListMark {
    static constexpr std::size_t size = 16;

    std::uint64_t seq = 0;
    std::array<std::uint8_t, 8> hash{};

    static ListMark of(const VerifiedDeviceList& list);
    std::array<std::uint8_t, size> to_wire() const;
    /// Requires: wire.size() >= size.
    static ListMark from_wire(ByteView wire);

    friend bool operator==(const ListMark&, const ListMark&) = default;
};

/// How a peer's view of a list compares with ours.
enum class ListFreshness {
    Equal,
    PeerIsBehind,  // attach our list
    PeerIsAhead,   // of our own list: alarm; of the peer's: ask for it
    Conflict,      // the same number, another list: alarm
};

ListFreshness compare(const ListMark& peer, const ListMark& ours);

/// The lists of one account as one reader has seen them. Value type.
class KnownDevices {
  public:
    /// Lists that contradict the newest one, kept as evidence. Later ones are counted only.
    static constexpr std::size_t max_rivals = 4;
    /// Revoked devices remembered. An account adds and removes devices by hand, so a list that
    /// goes beyond is refused rather than letting an old device come back.
    static constexpr std::size_t max_revoked = 4096;

    explicit KnownDevices(const crypto::AccountKey& account) : account_(account) {}

    const crypto::AccountKey& account() const { return account_; }

    /// nullptr until a list was accepted. Valid until the next non-const call.
    const VerifiedDeviceList* newest() const { return newest_ ? &*newest_ : nullptr; }

    const std::vector<VerifiedDeviceList>& rivals() const { return rivals_; }

    bool in_conflict() const { return !rivals_.empty(); }

    /// Lists are missing between two that were accepted.
    bool has_gap() const { return gap_; }

    bool was_revoked(const crypto::DeviceId& device) const { return revoked_.contains(device); }

    /// Judges a verified list and takes it over if it is newer. An error leaves everything as it
    /// was. Errors: Refused (dl_revoked: a device that was once revoked is back; dl_added: the
    /// `added` of a known device changed; wrong_account), QuotaExceeded (max_revoked).
    Result<ListVerdict> accept(const VerifiedDeviceList& list);

    /// verify() and accept(); a list whose bytes are known is not verified again.
    Result<ListVerdict> accept(const SignedDeviceList& list);

    /// Devices to send to: those of the newest list that stand in every rival as well.
    std::vector<ListedDevice> reachable() const;

    /// The device, if it is one to send to and to listen to; nullptr otherwise. Valid until the
    /// next non-const call.
    const ListedDevice* find(const crypto::DeviceId& device) const;

    /// The missing lists have been seen, or the user does not care any more.
    void close_gap() { gap_ = false; }

    /// The user has decided that the newest list counts.
    void drop_rivals() { rivals_.clear(); }

    /// For the store, versioned.
    Bytes encode() const;
    /// Malformed, UnsupportedVersion. For rows of our own sealed store only: signatures are not
    /// checked again.
    static Result<KnownDevices> decode(ByteView row);

  private:
    ListVerdict judge(const VerifiedDeviceList& list) const;
    Result<> check_history(const DeviceList& list) const;
    void keep_rival(const VerifiedDeviceList& list);

    crypto::AccountKey account_;
    std::optional<VerifiedDeviceList> newest_;
    std::vector<VerifiedDeviceList> rivals_;
    std::set<crypto::DeviceId> revoked_;
    bool gap_ = false;
};

}  // namespace kith::identity
