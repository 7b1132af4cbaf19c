// SPDX-License-Identifier: GPL-3.0-or-later
// The inner message: what a link or an envelope carries.
#include "core/message/inner.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace message;
    expect_same_bytes(in, decode_inner, [](const Inner& inner) {
        if (inner.kind == InnerKind::Init) return encode_inner_init(inner.ticket, inner.d);
        return encode_inner(inner.kind, inner.from, inner.mac, inner.d);
    });
}

}  // namespace kith::fuzz
