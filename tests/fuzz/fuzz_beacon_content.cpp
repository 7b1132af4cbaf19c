// SPDX-License-Identifier: GPL-3.0-or-later
// What a beacon holds, by somebody who has the address. Unused places are passed over.
#include "core/directory/beacon_fields.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace directory;
    if (in.size() != beacon_plain) return;
    expect_stable(in, decode_content, [](const OpenedContent& opened) {
        return encode_content(opened.content, opened.nonce);
    });
}

}  // namespace kith::fuzz
