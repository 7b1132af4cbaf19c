// SPDX-License-Identifier: GPL-3.0-or-later
// A sealed envelope from a mailbox, for the recipient of the seeds.
#include "core/base/encoding.h"
#include "core/message/envelope.h"
#include "core/message/inner.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    static const auto key = crypto::EnvelopeKeyPair::from_secret(
        *from_hex("6de53f6613d8b1c30797314e2a9a2c0c3a58d7e4478ccb5498873c3de2153725"));
    const auto did = *crypto::DeviceId::from(*from_hex("6a6ad10662b8c93308ea265ecd530818"));
    const auto inner = message::open_envelope(in, did, [](std::uint32_t) { return &key; });
    if (!inner) return;
    KITH_ASSERT(message::envelope_sizes[*message::bucket_for(inner->size())] == in.size());
    (void)message::decode_inner(*inner);
}

}  // namespace kith::fuzz
