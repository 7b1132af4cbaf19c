// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sync_mark.h"

#include "core/crypto/secret.h"

#include <algorithm>

namespace kith::store {

namespace {

constexpr std::size_t body_size = 16;

Index seal_of(const RowCipher& cipher, ByteView body) {
    return cipher.index(Table::Meta, concat(as_bytes("sync-mark file"), body));
}

}  // namespace

std::array<std::uint8_t, mark_slot_size> encode_mark(const RowCipher& cipher,
                                                     const SyncMark& mark) {
    Bytes body;
    append_be<std::uint64_t>(body, mark.boot_epoch);
    append_be<std::uint64_t>(body, mark.sequence);
    std::array<std::uint8_t, mark_slot_size> slot{};
    std::ranges::copy(body, slot.begin());
    std::ranges::copy(seal_of(cipher, body), slot.begin() + body_size);
    return slot;
}

std::optional<SyncMark> decode_marks(const RowCipher& cipher, ByteView file) {
    std::optional<SyncMark> newest;
    for (; file.size() >= mark_slot_size; file = file.subspan(mark_slot_size)) {
        const ByteView body = file.first(body_size);
        const ByteView seal = file.subspan(body_size, mark_slot_size - body_size);
        if (!crypto::constant_time_equal(seal_of(cipher, body), seal)) continue;
        const SyncMark mark{read_be<std::uint64_t>(body), read_be<std::uint64_t>(body.subspan(8))};
        if (!newest || mark > *newest) newest = mark;
    }
    return newest;
}

}  // namespace kith::store
