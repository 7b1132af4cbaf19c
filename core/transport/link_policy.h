// SPDX-License-Identifier: GPL-3.0-or-later
// What the node tells the transport: who we are, whom we know, whom we let in. Values and calls, so
// that the transport holds no private key and reads no table.
//
// The calls are made on the strand, during a handshake, and must not wait.
#pragma once

#include "core/identity/device_list.h"
#include "core/transport/link_peer.h"

#include <functional>
#include <optional>
#include <vector>

namespace kith::transport {

/// Ids that one process answers to at the same time: device, box, previous box, linking.
inline constexpr std::size_t served_ids = 4;

/// SIG("link", key, message) with the key of the identity that it belongs to.
using LinkSigner = std::function<crypto::Signature(ByteView message)>;

/// This device, as caller or as callee.
struct DeviceIdentity {
    crypto::AccountKey account;
    crypto::DeviceId device;
    crypto::DeviceSigningKey signing;
    crypto::DeviceDhKey dh;
    /// The newest device list of this account.
    identity::SignedDeviceList list;
    std::uint64_t list_seq = 0;
    crypto::DeviceListHash16 list_hash;
    LinkSigner sign;
};

/// A mailbox of this device, as callee.
struct BoxIdentity {
    crypto::BoxId box;
    crypto::MailboxKey signing;
    LinkSigner sign;
};

using ServedIdentity = std::variant<DeviceIdentity, BoxIdentity>;

/// Whether a proven device may stay. Refused: a silent close, as if nobody were there.
enum class Admission { Refused, Stranger, Contact };

struct LinkPolicy {
    /// KDF1("link-net", P).
    crypto::LinkNetworkKey network;

    /// Who we are now; at most served_ids. Called for each inbound and each device dial.
    std::function<std::vector<ServedIdentity>()> served;

    /// The verified device list of an account, if one is known.
    std::function<std::optional<identity::DeviceList>(const crypto::AccountKey&)> known_list;

    /// Checks a list that a caller sent against what is stored (acceptance rule of the device
    /// list), keeps it, and gives the one that counts now. An error ends the link. The account is
    /// a stranger's as often as not: keep such lists in a bounded place.
    std::function<Result<identity::DeviceList>(const crypto::AccountKey&,
                                               const identity::SignedDeviceList&)>
        accept_list;

    /// Asked once the signature of the caller has been verified, before its list is looked at.
    std::function<Admission(const crypto::AccountKey&, const crypto::DeviceId&)> admit;
};

}  // namespace kith::transport
