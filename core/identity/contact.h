// SPDX-License-Identifier: GPL-3.0-or-later
// What we know of a peer account (docs/spec/identity.md#contacts).
#pragma once

#include "core/base/endpoint.h"
#include "core/base/time.h"
#include "core/identity/address.h"
#include "core/identity/contact_state.h"
#include "core/identity/known_devices.h"

#include <optional>
#include <string>
#include <vector>

namespace kith::identity {

/// How sure the user is that the account key is the right person's. Part of the disk format.
enum class Trust : std::uint8_t {
    Unverified = 0,
    Invited = 1,     // held an invitation: as good as the way the invitation went
    Verified = 2,    // safety numbers were compared
    KeyChanged = 3,  // another account key claims to follow; sending stops until the user decides
};

/// An address of a device that answered.
struct KnownEndpoint {
    crypto::DeviceId device;
    Endpoint endpoint;
    /// When it last worked.
    Timestamp good;

    friend bool operator==(const KnownEndpoint&, const KnownEndpoint&) = default;
};

/// A peer account. Plain data with the few rules that hold it together; the names are untrusted
/// text until they pass display().
struct Contact {
    /// Longest name in bytes of UTF-8; longer ones are refused.
    static constexpr std::size_t max_name = 256;
    /// Longest text of a contact request in bytes of UTF-8.
    static constexpr std::size_t max_note = 1024;
    /// Endpoints kept for one device, the last good ones; older than 30 days they go.
    static constexpr std::size_t endpoints_per_device = 5;
    static constexpr Duration endpoint_lifetime = days(30);

    explicit Contact(const crypto::AccountKey& key) : account(key), devices(key) {}

    crypto::AccountKey account;
    /// How the account is found: the type of its address and s. Absent when we only met inside a
    /// session and were not told.
    std::optional<crypto::ReachSecret> reach;
    /// The name the user gave.
    std::string local_name;
    /// What the peer calls itself.
    std::string self_name;
    /// Text of the request.
    std::string note;
    ContactStanding standing;
    Trust trust = Trust::Unverified;
    /// The account key that claims to follow this one, while trust is KeyChanged.
    std::optional<crypto::AccountKey> successor;
    KnownDevices devices;
    std::vector<KnownEndpoint> endpoints;
    Timestamp added{};
    std::optional<Timestamp> last_seen;

    std::optional<Address> address() const;

    ContactState state() const { return standing.state; }

    bool accepted() const { return standing.state == ContactState::Accepted; }

    bool blocked() const { return standing.state == ContactState::Blocked; }

    /// Notes that a device answered at an address. Keeps the newest endpoints_per_device of it.
    void endpoint_worked(const crypto::DeviceId& device, const Endpoint& endpoint, Timestamp now);

    /// Forgets endpoints that are too old, and those of devices that are listed no more.
    void prune_endpoints(Timestamp now);

    /// The endpoints of one device, the last good one first.
    std::vector<Endpoint> endpoints_of(const crypto::DeviceId& device) const;

    /// Raises trust, never lowers it; KeyChanged stays until the user decides.
    void raise_trust(Trust trust);

    /// For the store, versioned.
    Bytes encode() const;
    /// Malformed, UnsupportedVersion. For rows of our own sealed store.
    static Result<Contact> decode(ByteView row);
};

}  // namespace kith::identity
