// SPDX-License-Identifier: GPL-3.0-or-later
// The device list: which devices an account has, signed by its root key
// (docs/spec/identity.md#device-list).
//
// Three forms, so that nothing unchecked is mistaken for something checked: SignedDeviceList is
// what came over the wire; DeviceList is its content; VerifiedDeviceList joins both and exists only
// if every rule that needs no earlier list holds. What was known before is judged in
// known_devices.h.
#pragma once

#include "core/base/limits.h"
#include "core/crypto/keys.h"
#include "core/crypto/sign.h"

#include <cstdint>
#include <vector>

namespace kith::identity {

struct Device;

/// Part of the format. An admin device holds the account root key.
enum class DeviceRole : std::uint8_t { Device = 0, Admin = 1 };

/// Bits of ListedDevice::capabilities. Part of the format.
inline constexpr std::uint32_t capability_suite_2 = 1;

/// The sequence number goes up by this when an account is restored and no list can be found.
inline constexpr std::uint64_t restore_step = 1024;

struct ListedDevice {
    /// Follows from the keys; not on the wire.
    crypto::DeviceId id;
    crypto::DeviceSigningKey signing;
    crypto::DeviceDhKey dh;
    /// Sequence number of the list that added it.
    std::uint64_t added = 0;
    DeviceRole role = DeviceRole::Device;
    std::uint32_t capabilities = 0;
    /// `self`, see device.h.
    crypto::Signature consent;

    friend bool operator==(const ListedDevice&, const ListedDevice&) = default;
};

struct Revocation {
    crypto::DeviceId device;
    /// Sequence number of the list that revoked it.
    std::uint64_t at = 0;

    friend bool operator==(const Revocation&, const Revocation&) = default;
};

/// The content of a list.
struct DeviceList {
    crypto::AccountKey account;
    std::uint64_t seq = 1;
    /// Hash of the list before; zero in the first one and where that is not known.
    crypto::DeviceListHash previous;
    /// Unix seconds; for people, orders nothing.
    std::uint64_t made = 0;
    /// 1..8.
    std::vector<ListedDevice> devices;
    /// At most 64; the oldest may be dropped, readers keep their own set.
    std::vector<Revocation> revoked;
    /// bg: number of the beacon seed in use.
    std::uint32_t beacon_generation = 0;
    /// ms: lowest suite accepted.
    std::uint16_t lowest_suite = 1;

    /// nullptr when the device is not listed.
    const ListedDevice* find(const crypto::DeviceId& device) const;
    bool revokes(const crypto::DeviceId& device) const;

    friend bool operator==(const DeviceList&, const DeviceList&) = default;
};

/// [body, sig] as received: nothing is checked yet.
struct SignedDeviceList {
    Bytes body;
    crypto::Signature sig;

    Bytes encode() const;
    /// The shape only: [bin <= 3,840, bin64]. TooLarge ("size"), Malformed.
    static Result<SignedDeviceList> decode(ByteView wire);

    friend bool operator==(const SignedDeviceList&, const SignedDeviceList&) = default;
};

/// dl_hash = HL("dl", body): names a list.
crypto::DeviceListHash device_list_hash(ByteView body);

/// A list that its account signed, with every device's consent, and consistent in itself.
class VerifiedDeviceList {
  public:
    /// Verifies the signature over the received bytes under `account`, then decodes them.
    /// Errors: BadSignature (bad_sig, bad_self), BadKey (bad_point, bad_x25519),
    /// UnsupportedVersion, Malformed (mp_*, wrong_account, dl_duplicate, dl_revoked, dl_no_admin).
    /// Up to nine signature checks, about 150 us each.
    static Result<VerifiedDeviceList> verify(const SignedDeviceList& list,
                                             const crypto::AccountKey& account);

    /// Decodes and verifies.
    static Result<VerifiedDeviceList> verify(ByteView wire, const crypto::AccountKey& account);

    /// Signs a list of our own and holds it to the same rules. InvalidArgument when `root` is not
    /// the key of the list's account; otherwise as verify().
    static Result<VerifiedDeviceList> sign(const DeviceList& list,
                                           const crypto::AccountKeyPair& root);

    /// Takes a list that verify() has passed before, from our own sealed store: signatures are not
    /// checked again. Malformed as verify().
    static Result<VerifiedDeviceList> trusted(const SignedDeviceList& list);

    const DeviceList& list() const { return list_; }

    const SignedDeviceList& signed_list() const { return signed_; }

    const crypto::DeviceListHash& hash() const { return hash_; }

    crypto::DeviceListHash16 hash16() const {
        return crypto::DeviceListHash16::copy_of(hash_.view());
    }

    /// The content of the list that follows this one: seq + 1, `previous` set, all else the same.
    DeviceList next(std::uint64_t unix_now) const;

    /// Two lists are the same when their bodies are.
    friend bool operator==(const VerifiedDeviceList& a, const VerifiedDeviceList& b) {
        return a.hash_ == b.hash_;
    }

  private:
    VerifiedDeviceList(SignedDeviceList signed_list, DeviceList list);

    SignedDeviceList signed_;
    DeviceList list_;
    crypto::DeviceListHash hash_;
};

/// The first list of a new account: this device alone, as admin.
Result<VerifiedDeviceList> first_device_list(const crypto::AccountKeyPair& root,
                                             const Device& device,
                                             std::uint64_t unix_now);

}  // namespace kith::identity
