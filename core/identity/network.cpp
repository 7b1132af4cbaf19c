// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/network.h"

#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"

#include <algorithm>

namespace kith::identity {

using crypto::Label;

Network Network::public_network() {
    return Network(crypto::NetworkSecret::copy_of(crypto::hash(Label::PublicNetwork)));
}

Network Network::generate(Random& random) {
    return Network(crypto::draw_secret<crypto::NetworkSecret>(random));
}

std::uint32_t Network::id() const {
    const auto id = read_be<std::uint32_t>(crypto::hash(Label::Netid, secret_.expose()));
    return std::max<std::uint32_t>(id, 1);
}

crypto::DatagramKey Network::datagram_key() const {
    return crypto::kdf1<crypto::DatagramKey>(Label::DhtNet, secret_.expose());
}

crypto::LinkNetworkKey Network::link_key() const {
    return crypto::kdf1<crypto::LinkNetworkKey>(Label::LinkNet, secret_.expose());
}

bool Network::is_public() const {
    return secret_ == public_network().secret_;
}

}  // namespace kith::identity
