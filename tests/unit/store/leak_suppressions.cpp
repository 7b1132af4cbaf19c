// SPDX-License-Identifier: GPL-3.0-or-later
// RocksDB 7.8 loses the memtable that it has just made when the log file for it cannot be opened,
// which the disk-trouble tests provoke. Nothing of ours is suppressed.
// The name is the sanitizer's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char* __lsan_default_suppressions();

extern "C" const char* __lsan_default_suppressions() {
    return "leak:rocksdb::DBImpl::SwitchMemtable\n";
}

// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
