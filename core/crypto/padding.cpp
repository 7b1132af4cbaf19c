// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/padding.h"

#include "core/base/assert.h"

#include <endian.h>

#include <algorithm>
#include <array>
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

/// Of one word, the first byte of which is at `at`.
LastByte last_byte_of(Word word, std::size_t at) {
    LastByte last;
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
        const Word byte = (word >> (8 * i)) & 0xff;
        const Word mask = mask_of(byte);
        last.value = choose(mask, byte, last.value);
        last.at = choose(mask, at + i, last.at);
    }
    return last;
}

/// Four words, so that each step of the walk waits for the one before it once and not four times.
constexpr std::size_t row_words = 4;
constexpr std::size_t row_size = row_words * sizeof(Word);

/// The last byte that is not zero.
LastByte last_byte(ByteView block) {
    LastByte last;
    // What does not fill a row goes first, so that the last row is a whole one.
    const std::size_t begin = block.size() % row_size;
    for (std::size_t at = 0; at < begin; at += sizeof(Word)) {
        const std::size_t size = std::min(sizeof(Word), begin - at);
        const LastByte here = last_byte_of(load(block.subspan(at, size)), at);
        const Word mask = mask_of(here.value);
        last = {choose(mask, here.at, last.at), choose(mask, here.value, last.value)};
    }
    std::array<Word, row_words> found{};
    std::size_t found_at = 0;
    for (std::size_t next = begin; next < block.size(); next += row_size) {
        std::array<Word, row_words> row{};
        std::memcpy(row.data(), block.data() + next, row_size);
        const Word mask = mask_of(row[0] | row[1] | row[2] | row[3]);
        for (std::size_t i = 0; i < row_words; ++i)
            found[i] = choose(mask, row[i], found[i]);
        found_at = choose(mask, next, found_at);
    }
    for (std::size_t i = 0; i < row_words; ++i) {
        const LastByte here = last_byte_of(le64toh(found[i]), found_at + i * sizeof(Word));
        const Word mask = mask_of(here.value);
        last = {choose(mask, here.at, last.at), choose(mask, here.value, last.value)};
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
