// SPDX-License-Identifier: GPL-3.0-or-later
// What RocksDB does not see in its own MANIFEST: a length that was damaged.
//
// A record at the end of that file that is longer than the file counts as one whose writing a
// crash cut off, and is left out. A flipped bit in the length of any record of the last block does
// the same to it and to all that follow: tables vanish without a word. A record that was cut off
// has lost bytes; one whose length was damaged is still whole, and its checksum says so.
// Format: RocksDB wiki, "Write Ahead Log File Format".
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/store/rocks_files.h"

#include <string>

namespace kith::store {

/// Corrupt: its last record has another length than it says. Anything else that is wrong with it is
/// left to RocksDB.
Result<> check_manifest(ByteView manifest);

/// The same for the one that a database names as its own. Success when it names none.
Result<> check_manifest(const RocksFiles& files, const std::string& database);

}  // namespace kith::store
