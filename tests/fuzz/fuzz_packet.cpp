// SPDX-License-Identifier: GPL-3.0-or-later
// An opened datagram, before OpenDHT sees it.
#include "core/directory/datagram_seal.h"
#include "core/directory/packet_check.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    const auto types = directory::check_packet(in);
    KITH_ASSERT(!types || types->ids().size() <= directory::packet_items);
    std::array<std::uint8_t, directory::packet_max> out{};
    const directory::DatagramSeal seal(crypto::DatagramKey::copy_of(Bytes(32)));
    KITH_ASSERT(!seal.open(in, out));
}

}  // namespace kith::fuzz
