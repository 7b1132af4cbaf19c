// SPDX-License-Identifier: GPL-3.0-or-later
// The bundle: everything needed to write to an account, as any of its devices or mailboxes hands it
// out, sealed so that whoever keeps it learns neither whose it is nor what it says.
//
//   plain  = { v: 1, dl: [body, sig], dev: [{env: [..], spk: [..], xwk?: [..]}, ..] }
//   K_b    = KDF("bundle-enc", 0^32, AK || s, "", 32)
//   bundle = 0x01 || nonce 24 || AEAD(K_b, nonce, L("bundle") || 0x01, pad(plain))
//                                                        exactly 4, 8, 16 or 32 KiB
//   sealed one-time prekey = nonce 24 || AEAD(K_b, nonce, L("opk-seal"), body || sig)     164
//
// Specification: docs/spec/session.md#bundle.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/aead.h"
#include "core/crypto/keys.h"
#include "core/identity/device_list.h"
#include "core/session/handshake.h"
#include "core/session/prekeys.h"

#include <array>
#include <optional>
#include <vector>

namespace kith::session {

inline constexpr std::array<std::size_t, 4> bundle_sizes{4096, 8192, 16384, 32768};
/// Version, nonce, tag.
inline constexpr std::size_t bundle_overhead = 41;
inline constexpr std::size_t sealed_one_time_size = 164;

/// K_b: whoever has the address can open the account's bundle.
crypto::BundleKey bundle_key(const crypto::AccountKey& account, const crypto::ReachSecret& reach);

/// One device's prekeys as they travel.
struct BundleDevice {
    PrekeyRecord envelope;
    PrekeyRecord signed_prekey;
    std::optional<PrekeyRecord> xwing;
};

/// Seals a bundle. TooLarge: does not fit 32 KiB.
Result<Bytes> seal_bundle(const crypto::BundleKey& key,
                          const identity::SignedDeviceList& list,
                          const std::vector<BundleDevice>& devices,
                          const crypto::AeadNonce& nonce);

/// What the beacon said about the device list; seq 0: nothing known.
struct ListHint {
    std::uint64_t seq = 0;
    crypto::DeviceListHash16 hash;
};

/// A device of a bundle whose keys verified. A key whose time is over is absent; an envelope key is
/// kept past its end, see PrekeyTime::AllowOld.
struct BundleKeys {
    Party party;
    std::optional<Prekey<crypto::EnvelopeKey>> envelope;
    std::optional<Prekey<crypto::SignedPrekey>> signed_prekey;
};

struct OpenedBundle {
    identity::VerifiedDeviceList list;
    /// In the order of the bundle; devices of the list without an entry are to be tried later.
    std::vector<BundleKeys> devices;

    /// nullptr: no entry.
    const BundleKeys* find(const crypto::DeviceId& device) const;
};

/// Opens and verifies. Malformed ("size", "bad_pad", mp_*), UnsupportedVersion ("version"),
/// DecryptFailed ("open_failed"), BadSignature, BadKey, Refused ("wrong_device"); Stale
/// ("stale_dl": older than the beacon's list), Equivocation (same number, another list).
Result<OpenedBundle> open_bundle(const crypto::BundleKey& key,
                                 const crypto::AccountKey& account,
                                 ByteView bundle,
                                 const ListHint& hint,
                                 Timestamp now);

Bytes seal_one_time(const crypto::BundleKey& key,
                    const PrekeyRecord& record,
                    const crypto::AeadNonce& nonce);

/// The record, not verified. Malformed ("size"), DecryptFailed ("open_failed").
Result<PrekeyRecord> open_one_time(const crypto::BundleKey& key, ByteView sealed);

}  // namespace kith::session
