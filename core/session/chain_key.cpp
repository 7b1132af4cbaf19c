// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/chain_key.h"

#include "core/crypto/kdf.h"

#include <array>

namespace kith::session {

ChainStep step(const ChainKey& chain) {
    static constexpr std::array<std::uint8_t, 1> message{0x01};
    static constexpr std::array<std::uint8_t, 1> next{0x02};
    crypto::Hmac hmac(chain.expose());
    return {hmac.derive<MessageKey>(message), hmac.derive<ChainKey>(next)};
}

}  // namespace kith::session
