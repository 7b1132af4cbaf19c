// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of contact requests, as a damaged or foreign disk may give them. The first byte chooses the
// row.
#include "core/store/request_row.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    if (in.empty()) return;
    const ByteView row = in.subspan(1);
    const auto encode = [](const auto& value) { return value.encode(); };
    switch (in[0]) {
        case 0:
            expect_same_bytes(row, store::DeskState::decode, encode);
            break;
        case 1:
            expect_stable(row, store::DeskEntry::decode, encode);
            break;
        case 2:
            expect_same_bytes(row, store::AskedWork::decode, encode);
            break;
        case 3:
            expect_same_bytes(row, store::OwnRequest::decode, encode);
            break;
        case 4:
            expect_same_bytes(row, store::HeldIntroduction::decode, encode);
            break;
        case 5:
            expect_same_bytes(row, store::ChargedIntroduction::decode, encode);
            break;
        default:
            break;
    }
}

}  // namespace kith::fuzz
