// SPDX-License-Identifier: GPL-3.0-or-later
// A contact vouches for somebody.
#include "core/reputation/introduction.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace reputation;
    expect_same_bytes(in, SignedIntroduction::decode, [](const SignedIntroduction& introduction) {
        (void)introduction.claimed_device();
        return introduction.encode();
    });
}

}  // namespace kith::fuzz
