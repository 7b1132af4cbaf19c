// SPDX-License-Identifier: GPL-3.0-or-later
// What a RocksDB status means for us. DiskFull heals by itself; Corrupt and ReadOnly end writing.
#pragma once

#include "core/base/error.h"
#include "core/base/result.h"

#include <rocksdb/status.h>

#include <string_view>

namespace kith::store {

/// Requires: !status.ok(). `doing` says what was attempted, for people.
Error error_of(const rocksdb::Status& status, std::string_view doing);

/// Success, or error_of().
Result<> check(const rocksdb::Status& status, std::string_view doing);

}  // namespace kith::store
