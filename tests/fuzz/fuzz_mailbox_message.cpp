// SPDX-License-Identifier: GPL-3.0-or-later
// What contacts tell each other about mailboxes, and the rows that owners and senders keep of it.
// The first byte chooses which.
#include "core/mailbox/announcement.h"
#include "core/mailbox/availability.h"
#include "core/mailbox/copies.h"
#include "core/mailbox/deposit_note.h"
#include "core/mailbox/host_offer.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace mailbox;
    if (in.empty()) return;
    const auto encoded = [](const auto& value) { return encode(value); };
    const auto own_encoded = [](const auto& value) { return value.encode(); };
    const ByteView body = in.subspan(1);
    switch (in[0]) {
        case 0:
            return expect_stable(body, decode_announcement, encoded);
        case 1:
            return expect_stable(body, decode_host_offer, encoded);
        case 2:
            return expect_stable(body, decode_lease_wish, encoded);
        case 3:
            return expect_same_bytes(
                body, decode_note, [](const auto& entries) { return encode_note(entries); });
        case 4:
            return expect_same_bytes(body, decode_receipt, encoded);
        case 5:
            return expect_stable(body, Copies::decode, own_encoded);
        case 6:
            return expect_stable(body, Availability::decode, own_encoded);
        default:
            return;
    }
}

}  // namespace kith::fuzz
