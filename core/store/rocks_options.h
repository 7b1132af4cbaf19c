// SPDX-License-Identifier: GPL-3.0-or-later
// How we run RocksDB, each setting with its reason.
#pragma once

#include "core/store/schema.h"

#include <rocksdb/options.h>

namespace kith::store {

rocksdb::DBOptions rocks_db_options(rocksdb::Env& env);

/// What blocks of tables, their indexes and filters may take together.
std::shared_ptr<rocksdb::Cache> rocks_cache();

rocksdb::ColumnFamilyOptions rocks_family_options(Family family,
                                                  std::shared_ptr<rocksdb::Cache> cache);

}  // namespace kith::store
