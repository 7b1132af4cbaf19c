// SPDX-License-Identifier: GPL-3.0-or-later
// One device of an account: its keys, its id, and its own consent to be listed
// (docs/spec/identity.md#devices). Device keys never leave the device.
#pragma once

#include "core/crypto/agree.h"
#include "core/crypto/keys.h"
#include "core/crypto/sign.h"

#include <cstdint>

namespace kith::identity {

/// did = HL("did", AK, DSK, DXK)[:16]. The id follows from the keys, so no id can be claimed.
crypto::DeviceId device_id(const crypto::AccountKey& account,
                           const crypto::DeviceSigningKey& signing,
                           const crypto::DeviceDhKey& dh);

/// cid: the first 8 bytes, which beacons hold and callers name.
crypto::CallId call_id(const crypto::DeviceId& id);
crypto::CallId call_id(const crypto::BoxId& id);
crypto::CallId call_id(const crypto::LinkingId& id);

/// The secret half of this device. Move-only.
struct Device {
    crypto::DeviceSigningPair signing;
    crypto::DeviceDhPair dh;

    static Device generate(Random& random);

    crypto::DeviceId id(const crypto::AccountKey& account) const {
        return device_id(account, signing.public_key(), dh.public_key());
    }

    /// For the store, versioned. Secret: the caller seals and wipes the bytes.
    Bytes encode() const;
    /// Malformed, UnsupportedVersion.
    static Result<Device> decode(ByteView row);
};

/// `self` = SIG("devself", DSK, AK || DXK || u64 added): this device agrees to stand in the list of
/// this account from sequence number `added` on. Without it nobody can list a foreign device.
crypto::Signature sign_consent(const Device& device,
                               const crypto::AccountKey& account,
                               std::uint64_t added);

/// BadKey, BadSignature.
Result<> verify_consent(const crypto::Signature& consent,
                        const crypto::DeviceSigningKey& signing,
                        const crypto::AccountKey& account,
                        const crypto::DeviceDhKey& dh,
                        std::uint64_t added);

}  // namespace kith::identity
