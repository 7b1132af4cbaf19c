// SPDX-License-Identifier: GPL-3.0-or-later
// One invitation, one link and one QR text.
#include "core/identity/invite.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    const auto invite = identity::Invite::parse(as_text(in));
    KITH_ASSERT(!invite || invite->link() == as_text(in) || invite->qr() == as_text(in));
}

}  // namespace kith::fuzz
