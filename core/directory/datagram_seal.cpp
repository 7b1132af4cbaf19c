// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/datagram_seal.h"

#include "core/base/assert.h"
#include "core/crypto/aead.h"

namespace kith::directory {

namespace {

constexpr std::size_t nonce_size = crypto::AeadNonce::size_bytes;
static_assert(nonce_size + crypto::aead_overhead == datagram_overhead);
static_assert(limits::datagram_min == datagram_overhead + 1);

}  // namespace

ByteView DatagramSeal::seal(ByteView packet, Random& random, MutableByteView out) const {
    KITH_ASSERT(!packet.empty() && packet.size() <= packet_max);
    KITH_ASSERT(out.size() >= packet.size() + datagram_overhead);
    const auto nonce = crypto::draw_public<crypto::AeadNonce>(random);
    std::ranges::copy(nonce.view(), out.begin());
    crypto::aead_seal_into(key_.expose(),
                           nonce,
                           {},
                           packet,
                           out.subspan(nonce_size, packet.size() + crypto::aead_overhead));
    return out.first(packet.size() + datagram_overhead);
}

Result<ByteView> DatagramSeal::open(ByteView datagram, MutableByteView out) const {
    KITH_ASSERT(out.size() >= packet_max);
    if (datagram.size() > limits::datagram_max) return fail(Code::TooLarge, "size");
    if (datagram.size() < limits::datagram_min) return fail(Code::Malformed, "size");
    const auto nonce = crypto::AeadNonce::copy_of(datagram);
    const auto opened =
        crypto::aead_open_into(key_.expose(), nonce, {}, datagram.subspan(nonce_size), out);
    if (!opened) return fail(Code::DecryptFailed, "open_failed");
    return ByteView(out.first(datagram.size() - datagram_overhead));
}

}  // namespace kith::directory
