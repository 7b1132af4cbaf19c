// SPDX-License-Identifier: GPL-3.0-or-later
// The opening of a link, both ends, with a stranger at the other: without the network secret
// nobody is called, and without a signature nothing opens. The input is a stream of frames.
#include "core/transport/link_callee.h"
#include "core/transport/link_caller.h"
#include "core/wire/frame_splitter.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void feed(transport::LinkHandshake& machine, ByteView in) {
    wire::FrameSplitter splitter;
    splitter.feed(in);
    for (auto next = splitter.next(); next && *next; next = splitter.next()) {
        if (!machine.receive(**next)) return;
        KITH_ASSERT(!machine.is_open());
    }
}

void one_input(ByteView in) {
    using namespace transport;
    const LinkPolicy policy{
        crypto::LinkNetworkKey::copy_of(Bytes(32, 1)),
        [] {
            return std::vector<ServedIdentity>{BoxIdentity{{}, {}, {}}};
        },
        [](const crypto::AccountKey&) { return nullptr; },
        [](const crypto::AccountKey&, const identity::SignedDeviceList&) { return success(); },
        [](const crypto::AccountKey&, const crypto::DeviceId&) { return Admission::Contact; }};
    if (in.empty()) return;
    LinkCallee callee(policy, {});
    feed(callee, in);
    KITH_ASSERT(!callee.is_called());
    LinkCaller caller(policy, BoxCallee{}, LinkRole::Anonymous, {});
    (void)caller.start();
    feed(caller, in);
}

}  // namespace kith::fuzz
