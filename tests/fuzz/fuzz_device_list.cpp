// SPDX-License-Identifier: GPL-3.0-or-later
// A device list whose signature has passed: its body is still the work of a stranger.
#include "core/identity/device_list.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using identity::SignedDeviceList;
    expect_same_bytes(
        in, SignedDeviceList::decode, [](const SignedDeviceList& list) { return list.encode(); });
    const auto parts = SignedDeviceList::decode(in);
    if (!parts) return;
    const auto list = identity::VerifiedDeviceList::trusted(*parts);
    KITH_ASSERT(!list || list->list().devices.size() <= limits::devices);
    KITH_ASSERT(!list || list->next(0).seq == list->list().seq + 1);
}

}  // namespace kith::fuzz
