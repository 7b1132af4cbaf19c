// SPDX-License-Identifier: GPL-3.0-or-later
// The content of a payload: the first byte is its type.
#include "core/message/content.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace message;
    if (in.empty()) return;
    const auto content = decode_content(in[0], in.subspan(1));
    if (!content) return;
    KITH_ASSERT(type_of(*content) == in[0] && check_bounds(*content));
    Bytes written;
    encode_content(*content, written);
    KITH_ASSERT(*decode_content(in[0], written) == *content);
}

}  // namespace kith::fuzz
