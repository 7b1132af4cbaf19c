// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/agree.h"

#include "core/base/assert.h"

#include <sodium.h>

namespace kith::crypto::detail {
namespace {

/// The value, little-endian, is below p = 2^255 - 19. Public data, so it may branch.
bool below_prime(ByteView key) {
    if ((key[31] & 0x80) != 0) return false;
    if (key[31] != 0x7f) return true;
    for (std::size_t i = 1; i < 31; ++i) {
        if (key[i] != 0xff) return true;
    }
    return key[0] < 0xed;
}

/// The canonical encodings of the points whose order divides 8, on the curve and on its twist.
constexpr std::array<std::array<std::uint8_t, 32>, 5> small_order{{
    {0x00},
    {0x01},
    {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
     0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
     0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
    {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
     0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
     0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
}};

}  // namespace

bool valid_x25519(ByteView key) {
    return key.size() == 32 && below_prime(key) &&
           std::ranges::none_of(small_order, [key](ByteView bad) { return equal(bad, key); });
}

void dh_public(DhSecretView secret, MutableByteView out32) {
    KITH_ASSERT(out32.size() == 32);
    crypto_scalarmult_base(out32.data(), secret.data());
}

Result<SharedSecret> dh(DhSecretView secret, ByteView peer) {
    if (!valid_x25519(peer)) return fail(Code::BadKey, "X25519 key");
    int status = -1;
    auto shared = SharedSecret::made_by([&](MutableByteView out) {
        status = crypto_scalarmult(out.data(), secret.data(), peer.data());
    });
    if (status != 0) return fail(Code::BadKey, "X25519 result is zero");
    return shared;
}

}  // namespace kith::crypto::detail
