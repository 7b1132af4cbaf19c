// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/padding.h"

#include "core/base/assert.h"

#include <endian.h>

#include <cstring>

namespace kith::crypto {
namespace {

// sodium_unpad() does the same a byte at a time, 2 ns each: more than the ratchet takes to open a
// message. Eight bytes at once, and still neither branch nor address depends on a byte.
using Word = std::uint64_t;

constexpr Word mark = 0x80;

/// All ones if `word` is not zero.
Word mask_of(Word word) {
    return 0 - ((word | (0 - word)) >> 63);
}

Word choose(Word mask, Word yes, Word no) {
    return (yes & mask) | (no & ~mask);
}

/// Up to eight bytes, the first one lowest.
Word load(ByteView bytes) {
    Word word = 0;
    std::memcpy(&word, bytes.data(), bytes.size());
    return le64toh(word);
}

struct LastByte {
    std::size_t at = 0;
    Word value = 0;
};

/// The last byte that is not zero.
LastByte last_byte(ByteView block) {
    // What does not fill a word goes first, so that the last word is a whole one.
    std::size_t next = block.size() % sizeof(Word);
    Word found = next == 0 ? 0 : load(block.first(next));
    std::size_t at = 0;
    for (; next < block.size(); next += sizeof(Word)) {
        const Word word = load(block.subspan(next).first<sizeof(Word)>());
        const Word mask = mask_of(word);
        found = choose(mask, word, found);
        at = choose(mask, next, at);
    }
    LastByte last;
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
        const Word byte = (found >> (8 * i)) & 0xff;
        const Word mask = mask_of(byte);
        last.value = choose(mask, byte, last.value);
        last.at = choose(mask, at + i, last.at);
    }
    return last;
}

}  // namespace

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
    const LastByte last = last_byte(block);
    if (last.value != mark) return fail(Code::Malformed, "padding");
    return last.at;
}

Result<ByteView> unpad(ByteView block) {
    KITH_TRY(const std::size_t size, unpadded_size(block));
    return block.first(size);
}

}  // namespace kith::crypto
