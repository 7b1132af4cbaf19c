// SPDX-License-Identifier: GPL-3.0-or-later
// RocksDB on a LossyDisk.
#pragma once

#include "tests/support/store/lossy_disk.h"

#include <rocksdb/env.h>

#include <memory>

namespace kith::test {

/// An Env whose files are on `disk`; threads and clocks are the machine's. The disk must outlive
/// it and every database opened with it.
std::unique_ptr<rocksdb::Env> make_lossy_env(LossyDisk& disk);

}  // namespace kith::test
