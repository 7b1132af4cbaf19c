// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rocks_options.h"

#include "core/store/rocks_log.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

namespace kith::store {
namespace {

// Bytes of a memtable before it is flushed. Small where keys are random: each insertion visits
// nodes all over it, and they had better be in the processor's cache.
std::size_t write_buffer_of(Family family) {
    switch (family) {
        case Family::Rows:
            return std::size_t{16} << 20;
        case Family::Erasable:
            return std::size_t{4} << 20;
        case Family::Index:
            return std::size_t{2} << 20;
    }
    return 0;
}

}  // namespace

rocksdb::DBOptions rocks_db_options(rocksdb::Env& env) {
    rocksdb::DBOptions options;
    options.env = &env;

    // Debian's build aborts the process on a full disk with its own log file.
    options.info_log = make_rocks_log();
    // A torn last record is what a crash leaves; anything else wrong in the log is corruption. The
    // default would open with half of the acknowledged rows after one flipped bit.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.paranoid_checks = true;
    // A log that the manifest names must be there and be as long as it was when it was synced.
    options.track_and_verify_wals_in_manifest = true;
    // What is recovered from the log is flushed, and with that synced, before anything is built on
    // it: after kill -9 the log may hold rows that are in the page cache only, and a power failure
    // later would take them away from under the rows that were synced behind them.
    options.avoid_flush_during_recovery = false;

    // One writer: no concurrent inserts to prepare for.
    options.allow_concurrent_memtable_write = false;
    options.enable_write_thread_adaptive_yield = false;
    // Preallocation zeroes 18 MB at each switch of the log and takes space that is not there.
    options.allow_fallocate = false;
    options.max_background_jobs = 2;
    // A session changes seldom enough to keep old logs alive for long; bounds the start as well.
    options.max_total_wal_size = std::size_t{64} << 20;
    options.bytes_per_sync = std::size_t{1} << 20;

    // Small when idle: few open tables, no periodic threads, a short manifest.
    options.max_open_files = 64;
    // Each thread that opens tables at the start takes a stack, and one that cannot begin ends the
    // process: sixteen of them, as by default, ask for 128 MB.
    options.max_file_opening_threads = 1;
    options.max_manifest_file_size = std::size_t{1} << 20;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    options.skip_stats_update_on_db_open = true;
    return options;
}

std::shared_ptr<rocksdb::Cache> rocks_cache() {
    return rocksdb::NewLRUCache(std::size_t{8} << 20);
}

rocksdb::ColumnFamilyOptions rocks_family_options(Family family,
                                                  std::shared_ptr<rocksdb::Cache> cache) {
    rocksdb::ColumnFamilyOptions options;
    // Rows are sealed: nothing to compress, and nothing secret ever is.
    options.compression = rocksdb::kNoCompression;
    options.write_buffer_size = write_buffer_of(family);
    options.max_write_buffer_number = 3;
    // Merging seldom, with more at a time: a tenth of the daemon's time in a long burst otherwise.
    options.level0_file_num_compaction_trigger = 8;
    options.target_file_size_base = std::size_t{16} << 20;
    options.max_bytes_for_level_base = std::size_t{256} << 20;
    options.level_compaction_dynamic_level_bytes = true;
    // Keys without order overlap with everything: by levels, each merge would write it all again.
    if (family == Family::Index) options.compaction_style = rocksdb::kCompactionStyleUniversal;

    rocksdb::BlockBasedTableOptions table;
    // "Have I seen this id" is asked for each message and is nearly always no.
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    // Indexes and filters count as well, so the cache bounds what tables take in memory.
    table.block_cache = std::move(cache);
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.block_size = std::size_t{8} << 10;
    table.format_version = 5;
    table.checksum = rocksdb::kXXH3;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
}

}  // namespace kith::store
