// SPDX-License-Identifier: GPL-3.0-or-later
// What the owner tells each contact in-session: where to leave mail, and with which deposit key.
// The highest number wins and outranks the beacon, so an eclipsed DHT does not stop mail between
// contacts.
//
//   { seq: u64, hosts: [[MSK bin32, own bool, [addr bin18, <= 3]], <= 5], d: bin32, exp: u64 }
//
// d is the seed of D, exp its end in unix seconds. Specification:
// docs/spec/mailbox.md#announcement.
#pragma once

#include "core/base/bytes.h"
#include "core/base/endpoint.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"

#include <cstdint>
#include <vector>

namespace kith::mailbox {

inline constexpr std::size_t announced_hosts = 5;
inline constexpr std::size_t announced_endpoints = 3;

struct AnnouncedHost {
    crypto::MailboxKey key;
    bool own = false;  ///< a device of the owner's account: one copy there is enough
    std::vector<Endpoint> endpoints;

    crypto::BoxId id() const;

    friend bool operator==(const AnnouncedHost&, const AnnouncedHost&) = default;
};

struct Announcement {
    std::uint64_t seq = 0;
    std::vector<AnnouncedHost> hosts;
    crypto::Seed32 deposit_seed;
    Timestamp deposit_expires{};

    Announcement clone() const;

    friend bool operator==(const Announcement&, const Announcement&) = default;
};

/// Secret: holds the seed; the caller wipes the bytes. Requires: bounds as above.
Bytes encode(const Announcement& announcement);

/// Malformed: not canonical, out of bounds, or a host's key twice. BadKey: a host's key.
Result<Announcement> decode_announcement(ByteView bytes);

/// Largest encoded size in bytes.
inline constexpr std::size_t announcement_max = 1024;

}  // namespace kith::mailbox
