// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/local_address.h"

#include <algorithm>

namespace kith::transport {

bool LocalAddress::contains(const Endpoint& other) const {
    const unsigned bits = std::min(prefix_bits, 128U);
    const std::size_t whole = bits / 8;
    if (!std::equal(address.begin(),
                    address.begin() + static_cast<std::ptrdiff_t>(whole),
                    other.address.begin())) {
        return false;
    }
    if (bits % 8 == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xffU << (8 - bits % 8));
    return (address[whole] & mask) == (other.address[whole] & mask);
}

}  // namespace kith::transport
