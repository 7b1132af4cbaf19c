// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of our own store, as a damaged or foreign disk may give them. The first byte chooses the
// row.
#include "core/directory/certificate.h"
#include "core/identity/account.h"
#include "core/identity/contact.h"
#include "core/identity/device.h"
#include "core/message/delivery.h"
#include "core/message/gap.h"
#include "core/message/trace.h"
#include "core/session/own_prekeys.h"
#include "core/session/session_set.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

struct StoredSessions : session::SessionSet {
    static Result<session::SessionSet> decode(ByteView row) {
        return session::SessionSet::decode(row, {}, {});
    }
};

template <class... Rows>
void try_all(std::size_t choice, ByteView row) {
    std::size_t number = 0;
    const auto encode = [](const auto& value) { return value.encode(); };
    ((number++ == choice ? expect_stable(row, Rows::decode, encode) : void()), ...);
}

void one_input(ByteView in) {
    if (in.empty()) return;
    try_all<identity::Account,
            identity::Device,
            identity::Contact,
            identity::KnownDevices,
            message::Delivery,
            message::GapTracker,
            message::Trace,
            session::OwnSignedPrekey,
            StoredSessions,
            directory::Certificate>(in[0], in.subspan(1));
}

}  // namespace kith::fuzz
