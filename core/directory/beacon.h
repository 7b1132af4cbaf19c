// SPDX-License-Identifier: GPL-3.0-or-later
// The beacon says where an account can be reached today: its devices' endpoints, its mailboxes and
// the version of its device list. 554 bytes, the same at both slots but for index and seal. Whoever
// holds the address reads it; the nodes that store it can check it and learn nothing.
//
//   off len                                       off  len
//     0  1+1  ver = 1, idx                         82   32  dlc
//     2    8  e                                   114   64  cert_sig
//    10   32  A_e                                 178   24  nonce
//    42  4+4  reissue, rev                        202  288  AEAD(K_e, nonce, bytes 0..178, plain)
//    50   32  D_e                                 490   64  SIG("beacon", d_e, bytes 0..490)
//
// A beacon is a hint to dial. Absence means nothing. Specification: docs/spec/directory.md#beacon.
#pragma once

#include "core/base/bytes.h"
#include "core/base/endpoint.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/directory/certificate.h"
#include "core/directory/epoch.h"

#include <array>
#include <optional>
#include <vector>

namespace kith::directory {

inline constexpr std::size_t beacon_size = 554;
inline constexpr std::size_t beacon_boxes = 3;
inline constexpr std::size_t beacon_endpoints = 4;

/// A mailbox that takes mail for the account.
struct BeaconBox {
    crypto::BoxId id;
    bool open_to_strangers = false;
    bool own_device = false;
    Endpoint endpoint;

    friend bool operator==(const BeaconBox&, const BeaconBox&) = default;
};

/// An address of a device. A dual-stack device has two entries.
struct BeaconEndpoint {
    crypto::CallId device;  // first half of its did
    bool seen_from_outside = false;
    Endpoint endpoint;

    friend bool operator==(const BeaconEndpoint&, const BeaconEndpoint&) = default;
};

/// The sealed part.
struct BeaconContent {
    ListVersion list;
    Timestamp made{};            // whole seconds
    std::uint16_t effort = 0;    // rCPU that a stranger's first message must cost
    bool stranger_desk = false;  // takes contact requests of strangers now
    std::vector<BeaconBox> boxes;
    std::vector<BeaconEndpoint> endpoints;

    friend bool operator==(const BeaconContent&, const BeaconContent&) = default;
};

/// A beacon that passed all checks of its reader.
struct Beacon {
    Epoch epoch;
    Revision revision;
    crypto::BeaconKey signer;  ///< D_e
    BeaconContent content;
};

/// Both copies, ready to publish.
using BeaconPair = std::array<Bytes, 2>;

/// Makes the beacon of one epoch. The list that the certificate stands for is content.list.
///
/// Errors: InvalidArgument (more boxes or endpoints than fit, or the certificate is for another
/// epoch), BadSignature (the certificate does not match keys and list).
Result<BeaconPair> make_beacon(const EpochKeys& keys,
                               const crypto::BeaconKeyPair& signer,
                               const Certificate& certificate,
                               std::uint32_t rev,
                               const BeaconContent& content,
                               Random& random);

/// All that a storing node checks (record_rules.h), then all that only a reader can: the account,
/// the seal, the commitment, the time and the list's version. `known_seq` is the highest sequence
/// number known of the account's device list.
///
/// Errors: Malformed, UnsupportedVersion, Stale (epoch not near, made in the future, or list older
/// than known), Refused (another slot's or another account's), BadKey, BadSignature, DecryptFailed.
/// The context begins with the word of the protocol vectors, "bad_cert".
Result<Beacon> read_beacon(
    const Slot& slot, ByteView data, const EpochKeys& keys, Timestamp now, std::uint64_t known_seq);

/// The same for a beacon that came over a link and names its slot itself.
Result<Beacon> read_beacon(ByteView data,
                           const EpochKeys& keys,
                           Timestamp now,
                           std::uint64_t known_seq);

/// The revision number for a new beacon: 8 * n + the device's index in the list, n above that of
/// `highest_seen`, so that two devices never tie. nullopt: no number is left under this
/// certificate.
std::optional<std::uint32_t> next_rev(std::uint32_t highest_seen, std::size_t device_index);

/// The newest beacon's endpoints with those of `device` replaced by `own`. `own` comes first, then
/// the others in their order, as many as fit.
std::vector<BeaconEndpoint> merge_endpoints(const std::vector<BeaconEndpoint>& newest,
                                            const crypto::CallId& device,
                                            const std::vector<BeaconEndpoint>& own);

}  // namespace kith::directory
