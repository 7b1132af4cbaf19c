// SPDX-License-Identifier: GPL-3.0-or-later
// The accounts and devices of the vectors' section "keys", and lists made of them.
#pragma once

#include "core/identity/device.h"
#include "core/identity/device_list.h"
#include "tests/support/vector_file.h"

#include <string>
#include <string_view>

namespace kith::identity {

inline const test::json& key_case(std::string_view id) {
    for (const auto& c : test::protocol_section("keys").cases) {
        if (c["id"] == id) return c;
    }
    throw std::runtime_error("no such case in section keys: " + std::string(id));
}

/// "A" or "B".
inline crypto::AccountKeyPair root_of(std::string_view account) {
    const auto& c = key_case("account " + std::string(account));
    return crypto::AccountKeyPair::from_seed(test::hex(c["in"]["ak_seed"]));
}

/// "A1" .. "B2".
inline Device device_of(std::string_view device) {
    const auto& c = key_case("device " + std::string(device));
    return {crypto::DeviceSigningPair::from_seed(test::hex(c["in"]["dsk_seed"])),
            crypto::DeviceDhPair::from_secret(test::hex(c["in"]["dxk_sk"]))};
}

inline ListedDevice listed(const crypto::AccountKeyPair& root,
                           const Device& device,
                           std::uint64_t added,
                           DeviceRole role = DeviceRole::Device) {
    ListedDevice out;
    out.id = device.id(root.public_key());
    out.signing = device.signing.public_key();
    out.dh = device.dh.public_key();
    out.added = added;
    out.role = role;
    out.consent = sign_consent(device, root.public_key(), added);
    return out;
}

/// A's first list: A1 as admin, seq 1.
inline VerifiedDeviceList first_list() {
    return first_device_list(root_of("A"), device_of("A1"), 1728000000).value();
}

/// A's next list, changed by `change(DeviceList&)` and signed.
template <class Change>
VerifiedDeviceList next_list(const VerifiedDeviceList& before, Change&& change) {
    DeviceList list = before.next(before.list().made + 60);
    change(list);
    return VerifiedDeviceList::sign(list, root_of("A")).value();
}

inline void add_device(DeviceList& list, std::string_view device) {
    list.devices.push_back(listed(root_of("A"), device_of(device), list.seq));
}

inline void revoke_device(DeviceList& list, std::string_view device) {
    const auto id = device_of(device).id(list.account);
    std::erase_if(list.devices, [&](const ListedDevice& each) { return each.id == id; });
    list.revoked.push_back({id, list.seq});
}

}  // namespace kith::identity
