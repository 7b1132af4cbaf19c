// SPDX-License-Identifier: GPL-3.0-or-later
// What a ratchet message holds. Unknown keys are passed over, so it may shrink once.
#include "core/message/payload.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace message;
    const auto encode = [](const Payload& payload) { return encode_payload(payload).value(); };
    expect_stable(in, decode_payload, encode);
    const auto payload = decode_payload(in);
    KITH_ASSERT(!payload || *decode_payload(encode(*payload)) == *payload);
}

}  // namespace kith::fuzz
