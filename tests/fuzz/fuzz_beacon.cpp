// SPDX-License-Identifier: GPL-3.0-or-later
// A record of the DHT: a storing node takes what a reader takes.
#include "core/base/encoding.h"
#include "core/directory/beacon.h"
#include "core/directory/record_rules.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace directory;
    static const EpochKeys keys = *EpochKeys::derive(
        *crypto::AccountKey::from(
            *from_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")),
        *crypto::ReachSecret::from(*from_hex("000102030405060708090a0b0c0d0e0f")),
        Epoch(20000));
    for (const Slot& slot : keys.slots) {
        const auto stored = check_record(slot, in, keys.epoch);
        const auto read = read_beacon(slot, in, keys, from_unix_seconds(1728100000), 0);
        KITH_ASSERT(!read || stored);
        KITH_ASSERT(!stored || check_record_form(slot, in, keys.epoch));
        KITH_ASSERT(!stored || !check_replacement(slot, in, in, keys.epoch));
    }
}

}  // namespace kith::fuzz
