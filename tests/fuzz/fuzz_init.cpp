// SPDX-License-Identifier: GPL-3.0-or-later
// The first message of a session, from anybody.
#include "core/session/init.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    expect_stable(in, session::decode_init, session::encode_init);
}

}  // namespace kith::fuzz
