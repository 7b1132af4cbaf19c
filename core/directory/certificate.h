// SPDX-License-Identifier: GPL-3.0-or-later
// The account's word for the key that signs beacons on one day. The admin device makes certificates
// for many days ahead; with them every device publishes alone.
//
//   dlc       = HL("dlc", dlc_nonce, u64 dl_seq, dl_hash)                hides the device list
//   cert body = u64 e || u32 reissue || D_e || dlc                       76 bytes
//   cert_sig  = BlindSign, verifies as SIG("bcn-cert") under A_e
//
// Specification: docs/spec/directory.md#certificates.
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/directory/epoch.h"

#include <span>
#include <vector>

namespace kith::directory {

using CommitmentNonce = PublicBytes<16, struct CommitmentNonceTag>;
using Commitment = PublicBytes<32, struct CommitmentTag>;  ///< dlc

/// The device list that a certificate stands for.
struct ListVersion {
    std::uint64_t seq = 0;
    crypto::DeviceListHash16 hash;

    friend auto operator<=>(const ListVersion&, const ListVersion&) = default;
};

Commitment commit(const CommitmentNonce& nonce, const ListVersion& list);

/// What a device keeps to publish in one epoch: the 92 bytes that travel between own devices.
struct Certificate {
    static constexpr std::size_t size = 92;

    Epoch epoch;
    std::uint32_t reissue = 0;
    CommitmentNonce nonce;
    crypto::Signature signature;

    friend bool operator==(const Certificate&, const Certificate&) = default;

    /// u64 e || u32 reissue || dlc_nonce 16 || cert_sig 64.
    Bytes encode() const;
    /// Malformed: not 92 bytes. The signature is not checked here.
    static Result<Certificate> decode(ByteView record);
};

/// How many epochs ahead the admin device certifies.
inline constexpr std::size_t certificates_ahead = 30;

/// Certificates for `count` epochs from `first` on. An epoch that `previous` has gets its reissue
/// plus one. On the admin device only; about 200 us each.
std::vector<Certificate> issue_certificates(const crypto::AccountKeyPair& account,
                                            const crypto::ReachSecret& reach,
                                            const crypto::BeaconSeed& seed,
                                            const ListVersion& list,
                                            Epoch first,
                                            std::size_t count,
                                            std::span<const Certificate> previous,
                                            Random& random);

/// BadKey, BadSignature: not certified by this account for this epoch, signing key and list.
Result<> verify_certificate(const Certificate& certificate,
                            const crypto::BlindedAccountKey& account,
                            const crypto::BeaconKey& signer,
                            const ListVersion& list);

/// The same over the fields of a beacon, where the commitment is not opened yet.
Result<> verify_certificate(Epoch epoch,
                            std::uint32_t reissue,
                            const crypto::BeaconKey& signer,
                            const Commitment& commitment,
                            const crypto::BlindedAccountKey& account,
                            const crypto::Signature& signature);

}  // namespace kith::directory
