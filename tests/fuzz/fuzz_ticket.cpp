// SPDX-License-Identifier: GPL-3.0-or-later
// What a stranger shows with its first message.
#include "core/reputation/ticket.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    expect_same_bytes(in, reputation::decode_ticket, reputation::encode_ticket);
}

}  // namespace kith::fuzz
