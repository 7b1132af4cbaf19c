// SPDX-License-Identifier: GPL-3.0-or-later
// Notices a data directory that was restored from an older copy: its ratchet states were used
// already. Each start adds 1 to the boot epoch, first in the database, synced, then in the file
// `boot-epoch`, which lies in another directory. A database behind the file is a copy. So is one
// with rows whose generation is erased (erasure.h).
//
// A copy of everything together cannot be noticed; the ratchet's random header nonces keep that
// case from repeating a nonce. Specification: docs/spec/store.md#rewind.
#pragma once

#include "core/base/bytes.h"
#include "core/store/row_cipher.h"

#include <cstdint>
#include <optional>

namespace kith::store {

/// Row of the meta table: u64 boot epoch.
ByteView boot_epoch_key();
/// Row of the meta table: there while a rewind is not acknowledged.
ByteView rewind_mark_key();

/// What the file holds: u64 epoch || 16 bytes that only this profile's key makes.
Bytes encode_boot_epoch(const RowCipher& cipher, std::uint64_t epoch);

/// nullopt for a file that is damaged or of another profile: it says nothing then.
std::optional<std::uint64_t> decode_boot_epoch(const RowCipher& cipher, ByteView file);

struct BootEpoch {
    std::uint64_t next = 1;  // to be stored now
    bool rewound = false;
};

/// From what the database and the file say.
BootEpoch judge_boot(std::optional<std::uint64_t> in_database,
                     std::optional<std::uint64_t> in_file);

}  // namespace kith::store
