// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/list_exchange.h"

namespace kith::node {

void ListExchange::compare(Transaction& step,
                           const crypto::AccountKey& account,
                           const crypto::DeviceId& device,
                           const message::Payload& payload) {
    using enum identity::ListFreshness;
    const auto* const contact = std::as_const(contacts_).find(account);
    if (!contact || !contact->accepted()) return;
    Said& said = said_[device];

    const identity::ListMark& ours = profile_.list_mark();
    const identity::ListMark& seen = payload.your_list;
    const auto view = seen.seq == 0 ? Equal : identity::compare(seen, ours);
    if (view == PeerIsBehind && said.told < ours.seq) {
        said.told = ours.seq;
        sender_.say(step, *contact, message::DeviceList{profile_.list().signed_list()});
    } else if ((view == PeerIsAhead || view == Conflict) && !std::exchange(said.warned, true)) {
        step.events.push_back(
            NoticeRef{"device-list-conflict",
                      "warning",
                      "a contact was shown a list of your devices that this device never made",
                      "compare safety numbers: kith verify"});
    }

    const auto* const newest = contact->devices.newest();
    const std::uint64_t known = newest ? newest->list().seq : 0;
    if (payload.my_list.seq > known && said.asked < payload.my_list.seq) {
        said.asked = payload.my_list.seq;
        sender_.say(step, *contact, message::DeviceListAsk{known});
    }
}

}  // namespace kith::node
