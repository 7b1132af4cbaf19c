// SPDX-License-Identifier: GPL-3.0-or-later
// RocksDB's own log, ended in ours. Not for convenience: the log file that RocksDB opens by default
// aborts the process when the disk is full (Debian's build has its asserts on).
#pragma once

#include <memory>

namespace rocksdb {
class Logger;
}  // namespace rocksdb

namespace kith::store {

/// Called from RocksDB's threads as well; kith::log takes that.
std::shared_ptr<rocksdb::Logger> make_rocks_log();

}  // namespace kith::store
