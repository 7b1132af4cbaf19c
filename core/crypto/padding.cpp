// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/padding.h"

#include "core/base/assert.h"

#include <sodium.h>

namespace kith::crypto {

void pad_in_place(MutableByteView block, std::size_t used) {
    KITH_ASSERT(used < block.size());
    block[used] = 0x80;
    std::ranges::fill(block.subspan(used + 1), std::uint8_t{0});
}

Bytes pad(ByteView data, std::size_t size) {
    KITH_ASSERT(data.size() < size);
    Bytes out(size);
    std::ranges::copy(data, out.begin());
    out[data.size()] = 0x80;
    return out;
}

Result<std::size_t> unpadded_size(ByteView block) {
    std::size_t size = 0;
    // A block of the whole size makes libsodium look at every byte, in constant time.
    if (block.empty() || sodium_unpad(&size, block.data(), block.size(), block.size()) != 0) {
        return fail(Code::Malformed, "padding");
    }
    return size;
}

Result<ByteView> unpad(ByteView block) {
    KITH_TRY(const std::size_t size, unpadded_size(block));
    return block.first(size);
}

}  // namespace kith::crypto
