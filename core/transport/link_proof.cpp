// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/link_proof.h"

#include "core/crypto/hash.h"

namespace kith::transport {
namespace {

constexpr std::array<std::uint8_t, 1> by_caller{'c'};
constexpr std::array<std::uint8_t, 1> by_responder{'s'};

}  // namespace

crypto::Mac32 call_mac(const crypto::LinkNetworkKey& network,
                       const crypto::ChannelBinding& x,
                       const crypto::CallId& cid) {
    return crypto::mac(network.expose(), by_caller, x, cid);
}

std::optional<std::size_t> find_called(const crypto::LinkNetworkKey& network,
                                       const crypto::ChannelBinding& x,
                                       std::span<const crypto::CallId> served,
                                       ByteView mac) {
    const crypto::HmacKey key(network.expose());
    std::optional<std::size_t> called;
    for (std::size_t i = 0; i < served.size(); ++i) {
        const bool same = crypto::verify_mac(key.mac(by_caller, x, served[i]), mac);
        called = same ? std::optional(i) : called;
    }
    return called;
}

Bytes responder_proof(const crypto::ChannelBinding& x, const ResponderId& responder) {
    return concat(by_responder, x, responder);
}

Bytes caller_proof(const crypto::ChannelBinding& x,
                   const crypto::DeviceId& caller,
                   const ResponderId& responder) {
    return concat(by_caller, x, caller, responder);
}

crypto::BoxId box_id(const crypto::MailboxKey& key) {
    return crypto::hash_as<crypto::BoxId>(crypto::Label::Box, key);
}

}  // namespace kith::transport
