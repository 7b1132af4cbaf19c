// SPDX-License-Identifier: GPL-3.0-or-later
// How far the database had come: the sequence number of the last synced batch, written behind each
// sync to the file `sync-mark`, without a sync of its own.
//
// A flipped bit in the length of the last record makes RocksDB take the end of its log for a torn
// write and open without acknowledged rows. The mark is what tells: a database of the same boot
// epoch that is behind its mark has lost rows and is refused. After a power failure the mark may
// be older than the log, never newer. Specification: docs/spec/store.md#corruption.
#pragma once

#include "core/base/bytes.h"
#include "core/store/row_cipher.h"

#include <array>
#include <cstdint>
#include <optional>

namespace kith::store {

/// The file has two slots that are written in turn, so that a torn write leaves the other one.
/// slot = u64 boot epoch || u64 sequence || 16 bytes that only this profile's key makes.
inline constexpr std::size_t mark_slot_size = 32;
inline constexpr std::size_t mark_file_size = 2 * mark_slot_size;

struct SyncMark {
    std::uint64_t boot_epoch = 0;
    std::uint64_t sequence = 0;

    friend auto operator<=>(const SyncMark&, const SyncMark&) = default;
};

std::array<std::uint8_t, mark_slot_size> encode_mark(const RowCipher& cipher, const SyncMark& mark);

/// The newer of the slots that are whole; nullopt when none is: the file says nothing then.
std::optional<SyncMark> decode_marks(const RowCipher& cipher, ByteView file);

}  // namespace kith::store
