// SPDX-License-Identifier: GPL-3.0-or-later
// RocksDB as we use it: sealed rows by table and key, one synced write at a time. All calls of its
// API are here. It knows nothing of keys, batches, or states.
//
// Two column families over one log: rows of the erasable tables apart from the rest, so that
// compacting them hourly does not rewrite the history. Within each the key on disk is the number
// of the table, then the key of the row ("id" below).
//
// Threads: reads on the strand; write(), flush() and compact_erasable() on the committer.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/store/schema.h"
#include "core/store/store.h"

#include <functional>
#include <memory>
#include <string>

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace kith::store {

class RocksEngine {
  public:
    struct Config {
        std::string directory;
        rocksdb::Env* env = nullptr;
        /// Make the database when there is none.
        bool create = false;
        /// It may have been written by an earlier format: adds the families that came later.
        bool older = false;
        /// Nothing is written: how a store starts on a full disk.
        bool read_only = false;
        /// A flush or compaction failed. Called on threads of RocksDB.
        std::function<void(Error)> failed{};
    };

    /// DiskFull, Corrupt, Locked (another process), ReadOnly (the disk fails).
    static Result<std::unique_ptr<RocksEngine>> open(Config config);

    RocksEngine(const RocksEngine&) = delete;
    RocksEngine& operator=(const RocksEngine&) = delete;
    ~RocksEngine();

    bool read_only() const { return config_.read_only; }

    /// Sees a sealed row; its error ends the call.
    using Use = std::function<Result<>(ByteView row)>;

    /// False when there is no such row.
    Result<bool> get(Table table, ByteView key, const Use& use) const;

    /// Sees a key and its sealed row; false ends the walk, an error fails it.
    using Walker = std::function<Result<bool>(ByteView key, ByteView row)>;

    /// Walks the rows of the range in its order; the limit is not applied.
    Result<> walk(const Scan& scan, const Walker& walker) const;

    /// Collects for the next write().
    void put(Table table, ByteView id, ByteView row);
    void erase(Table table, ByteView id);

    /// Writes and syncs what was collected, all or nothing. After an error nothing is collected.
    Result<> write();

    /// Moves the rows of a table to the family it belongs to, from where format 1 kept them.
    /// Written and synced; a crash leaves each row in one of the two, and a second call goes on.
    Result<> settle(Table table);

    /// Drops what was collected.
    void forget();

    /// Number of the last write; grows with each row.
    std::uint64_t sequence() const;

    /// Writes the rows out of the log and memory into tables.
    Result<> flush();

    /// Rewrites the erasable tables without what was deleted or replaced.
    Result<> compact_erasable();

    /// Ends a compact_erasable() that is under way on another thread.
    void cancel_compaction();

  private:
    struct Database;

    RocksEngine(Config config, std::unique_ptr<Database> database);

    Config config_;
    std::unique_ptr<Database> database_;
};

}  // namespace kith::store
