// SPDX-License-Identifier: GPL-3.0-or-later
// From files on a disk to a database that may be used: format, erasure key, rows that are all
// there, boot epoch. Runs once at start, and again when a store that started on a full disk finds
// space. docs/spec/store.md#start.
#pragma once

#include "core/base/random.h"
#include "core/store/erasure.h"
#include "core/store/migrate.h"
#include "core/store/rocks_engine.h"
#include "core/store/rocks_files.h"
#include "core/store/row_cipher.h"
#include "core/store/sync_mark.h"

#include <memory>
#include <optional>
#include <string>

namespace kith::store {

struct RocksPlaces {
    std::string data;      // directory: erase.key, format-version, sync-mark, db/
    std::string database;  // directory of RocksDB, inside data
    std::string state;     // another directory, not copied together with data: boot-epoch

    std::string format_file() const { return data + "/format-version"; }

    std::string erase_file() const { return data + "/erase.key"; }

    std::string mark_file() const { return data + "/sync-mark"; }

    std::string epoch_file() const { return state + "/boot-epoch"; }
};

struct RocksStart {
    RocksPlaces places;
    rocksdb::Env* env = nullptr;
    FormatVersion format;
    std::span<const MigrationStep> steps;
    /// As RocksEngine::Config.
    std::function<void(Error)> failed{};
};

/// A database that was opened.
struct Started {
    std::unique_ptr<RocksEngine> engine;
    ErasureKeys erasure;
    std::uint64_t boot_epoch = 0;
    /// Restored from an older copy; the mark for it is stored unless the disk is full.
    bool rewound = false;
    /// Set when the disk is full: nothing could be written, the engine is read-only.
    std::optional<Error> full;
};

/// Errors: UnsupportedVersion (newer data, untouched), Corrupt (with the name of what is wrong),
/// Locked, ReadOnly; DiskFull only when there is no database yet, or an old one to be upgraded.
Result<Started> start_rocks(const RocksStart& start,
                            const RowCipher& cipher,
                            const crypto::ErasureKey& slot_key,
                            Random& random);

}  // namespace kith::store
