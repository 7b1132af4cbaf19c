// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of the frames between the owner of a mailbox and its host: the first byte chooses the
// type, the rest is the body. Unknown keys are passed over, so the body may shrink once.
#include "core/wire/lease_frames.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

template <class... Bodies>
void try_all(std::size_t choice, ByteView body) {
    std::size_t number = 0;
    ((number++ == choice ? expect_stable(body, Bodies::decode, wire::encode_body<Bodies>) : void()),
     ...);
}

void one_input(ByteView in) {
    using namespace wire;
    if (in.empty()) return;
    try_all<Pickup, Batch, AckDel, Deleted, LeaseReq, Lease, CapSet, Nudge>(in[0], in.subspan(1));
}

}  // namespace kith::fuzz
