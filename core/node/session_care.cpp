// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/session_care.h"

#include "core/base/log.h"

namespace kith::node {

void SessionCare::look(Transaction& step) {
    if (!rewound_ && parts_.store.rewound()) {
        rewound_ = 0;
        step.events.push_back(NoticeRef{"restored",
                                        "warning",
                                        "this profile was restored from an older copy",
                                        "kith help backup"});
    }
    const std::size_t round = round_++ % rounds;
    std::vector<const identity::Contact*> due;
    parts_.contacts.for_each([&](const identity::Contact& contact) {
        const bool ours = contact.account.array()[0] % rounds == round;
        if (ours && contact.accepted() && !contact.blocked()) due.push_back(&contact);
    });
    for (const auto* const contact : due) {
        for (const auto& device : contact->devices.reachable())
            tend(step, *contact, device.id);
    }
    // An hour later everybody has had a turn: nobody waits for a new session any more.
    if (rewound_ && ++*rewound_ == rounds) parts_.store.acknowledge_rewind(step.changes);
}

void SessionCare::tend(Transaction& step,
                       const identity::Contact& contact,
                       const crypto::DeviceId& device) {
    const auto opened = parts_.sessions.open(device);
    if (!opened) {
        log::warn(log::Category::Session, "session not read: {}", opened.error().context);
        return;
    }
    session::SessionSet& set = **opened;
    const Timestamp now = parts_.clock.wall();
    for (const auto& change : set.expire(now))
        parts_.sessions.touch(step.changes, set, change);
    if (!set.active()) return;
    const bool lost = rewound_ && *rewound_ < rounds;
    const auto healing = set.healing(now);
    if (lost || healing == session::Healing::Renew || silent(contact, device)) {
        parts_.courier.renew(contact.account, device);
    } else if (healing == session::Healing::SendEmpty) {
        parts_.sender.say(step, contact, message::Empty{});
    }
}

bool SessionCare::silent(const identity::Contact& contact, const crypto::DeviceId& device) const {
    const auto* const lane = parts_.outbox.lane(device);
    if (!lane) return false;
    const Timestamp now = parts_.clock.wall();
    std::uint32_t unreceipted = 0;
    std::optional<Timestamp> oldest;
    for (const auto* entry = lane->front(); entry; entry = lane->next(entry->position)) {
        if (!entry->sent || now - entry->made < settled) continue;
        if (!oldest) oldest = entry->made;
        ++unreceipted;
    }
    if (!oldest) return false;
    const bool about = parts_.courier.found_lately(contact.account);
    const auto cause = session::judge_silence(*oldest, unreceipted, about, now);
    return cause != session::ResetCause::None;
}

}  // namespace kith::node
