// SPDX-License-Identifier: GPL-3.0-or-later
// Who is at the other end of a link, and as whom we are there: what the link handshake has proven.
#pragma once

#include "core/base/endpoint.h"
#include "core/crypto/keys.h"

#include <optional>
#include <variant>

namespace kith::transport {

/// The caller did not say who it is.
struct AnonymousPeer {
    friend bool operator==(const AnonymousPeer&, const AnonymousPeer&) = default;
};

/// A device, proven by its signing key, which stands in the account's verified device list.
struct DevicePeer {
    crypto::AccountKey account;
    crypto::DeviceId device;
    crypto::DeviceSigningKey signing;
    crypto::DeviceDhKey dh;
    /// The list that the peer says is its account's newest: what it showed, or what READY named.
    std::uint64_t list_seq = 0;
    crypto::DeviceListHash16 list_hash;

    friend bool operator==(const DevicePeer&, const DevicePeer&) = default;
};

/// A mailbox host, proven by its key.
struct BoxPeer {
    crypto::BoxId box;
    crypto::MailboxKey signing;

    friend bool operator==(const BoxPeer&, const BoxPeer&) = default;
};

using Peer = std::variant<AnonymousPeer, DevicePeer, BoxPeer>;

/// As whom this end took part.
enum class LinkRole { Anonymous, Device, Box };

/// The device to reach. A beacon gives only the first bytes of its id.
struct DeviceCallee {
    crypto::AccountKey account;
    crypto::CallId cid;
    std::optional<crypto::DeviceId> device;
    /// From a verified device list. To call as a device, this or LinkPolicy::known_devices must
    /// vouch for the callee; an anonymous call goes to any device that is not known as revoked.
    std::optional<crypto::DeviceSigningKey> signing;
};

/// The mailbox to reach.
struct BoxCallee {
    crypto::BoxId box;
};

using Callee = std::variant<DeviceCallee, BoxCallee>;

struct LinkInfo {
    Peer peer;
    LinkRole own_role = LinkRole::Anonymous;
    bool called_by_us = false;
    Endpoint remote;
    /// x, the TLS exporter: both ends computed the same bytes, nobody else can.
    crypto::ChannelBinding binding;

    /// Both ends are proven devices: conversations and own devices. Everything else is an
    /// anonymous link (docs/spec/link.md#kinds).
    bool is_device_link() const {
        return own_role == LinkRole::Device && std::holds_alternative<DevicePeer>(peer);
    }
};

}  // namespace kith::transport
