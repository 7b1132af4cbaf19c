// SPDX-License-Identifier: GPL-3.0-or-later
// What the node tells the transport: who we are, whom we know, whom we let in. Values and calls, so
// that the transport holds no private key and reads no table.
//
// The calls are made on the strand, during a handshake, and must not wait.
#pragma once

#include "core/identity/known_devices.h"
#include "core/transport/link_peer.h"

#include <functional>
#include <vector>

namespace kith::transport {

/// Ids that one process answers to at the same time: device, box, previous box, linking.
inline constexpr std::size_t served_ids = 4;

/// SIG("link", key, message) with the key of the identity that it belongs to.
using LinkSigner = std::function<crypto::Signature(ByteView message)>;

/// This device, as caller or as callee.
struct DeviceIdentity {
    crypto::DeviceId device;
    crypto::DeviceSigningKey signing;
    crypto::DeviceDhKey dh;
    /// The newest device list of this account; it names this device.
    identity::VerifiedDeviceList list;
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

    /// Who we are now; at most served_ids, at most one of them a device. Called for each link.
    std::function<std::vector<ServedIdentity>()> served;

    /// What is known of an account's device lists; nullptr for nothing. Looked at before the next
    /// turn of the strand, never kept.
    std::function<const identity::KnownDevices*(const crypto::AccountKey&)> known_devices;

    /// A caller showed a list that is not known: check it by the acceptance rule and keep it, so
    /// that known_devices() has it. Accounts of strangers come here too: keep theirs in a bounded
    /// place. An error ends the link.
    std::function<Result<>(const crypto::AccountKey&, const identity::SignedDeviceList&)>
        accept_list;

    /// Asked once the signature of the caller has been verified, before its list is looked at.
    std::function<Admission(const crypto::AccountKey&, const crypto::DeviceId&)> admit;
};

}  // namespace kith::transport
