// SPDX-License-Identifier: GPL-3.0-or-later
// Work without what it is about: of a deposit and of a lease.
#include "core/reputation/ticket.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace reputation;
    const auto encode = [](const auto& work) { return work.encode(); };
    expect_same_bytes(in, Proof::decode, encode);
    expect_same_bytes(in, LeaseWork::decode, encode);
    if (const auto proof = Proof::decode(in)) {
        KITH_ASSERT(target_of(proof->puzzle({{}, proof->epoch, {}}).difficulty) > 0);
    }
}

}  // namespace kith::fuzz
