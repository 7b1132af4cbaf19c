// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/directory/fake_record_space.h"

#include "core/directory/record_rules.h"

namespace kith::test {

FakeRecordSpace::NetworkId FakeRecordSpace::id_of(const identity::Network& network) {
    return NetworkId::copy_of(network.secret().expose());
}

Result<bool> FakeRecordSpace::put(const NetworkId& network,
                                  const directory::Record& record,
                                  Timestamp now) {
    std::vector<Held>& held = records_[Key{network, record.slot}];
    if (check_rules) {
        KITH_CHECK(directory::check_record(record.slot, record.data, directory::epoch_at(now)));
        if (!held.empty() &&
            !directory::check_replacement(
                record.slot, held.back().data, record.data, directory::epoch_at(now))) {
            return held.back().data == record.data;
        }
    }
    held.push_back({now, record.data});
    return true;
}

std::vector<Bytes> FakeRecordSpace::get(const NetworkId& network,
                                        const directory::Slot& slot,
                                        Timestamp now) {
    const auto found = records_.find(Key{network, slot});
    if (found == records_.end()) return {};
    std::vector<Bytes> alive;
    for (const Held& held : found->second) {
        if (now - held.when < directory::record_lifetime) alive.push_back(held.data);
    }
    if (alive.empty()) return {};
    const auto own = holders.find(slot.location);
    switch (own == holders.end() ? default_holders : own->second) {
        case Holders::Honest:
            return {alive.back()};
        case Holders::Withhold:
            return {};
        case Holders::RollBack:
            return {alive.front()};
        case Holders::Forge: {
            Bytes forged = alive.back();
            forged[forged.size() / 2] ^= 1;
            return {std::move(forged), alive.back()};
        }
        case Holders::Junk:
            return std::vector<Bytes>(directory::BestRecord::values_per_slot, Bytes(554, 'j'));
    }
    return {};
}

}  // namespace kith::test
