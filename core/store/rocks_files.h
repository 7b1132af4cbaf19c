// SPDX-License-Identifier: GPL-3.0-or-later
// The few small files beside the database: format-version, erase.key, boot-epoch, sync-mark. They
// go through RocksDB's file system, so that the tests' lossy one sees all that the store writes.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <memory>
#include <optional>
#include <string>

namespace rocksdb {
class Env;
class FileSystem;
class FSRandomRWFile;
}  // namespace rocksdb

namespace kith::store {

class RocksFiles {
  public:
    explicit RocksFiles(rocksdb::Env& env);

    /// The directory and those above it, for the owner only.
    Result<> make_directory(const std::string& path) const;

    bool exists(const std::string& path) const;

    static constexpr std::size_t largest_small_file = std::size_t{4} << 10;

    /// nullopt when there is no such file. TooLarge: more than `most` bytes.
    Result<std::optional<Bytes>> read(const std::string& path,
                                      std::size_t most = largest_small_file) const;

    /// All or nothing, over power failures too: a new file, synced, renamed over the old one, the
    /// directory synced.
    Result<> replace(const std::string& path, ByteView content) const;

    /// Part of an existing file, in the same place on the disk, synced.
    Result<> overwrite(const std::string& path, std::size_t offset, ByteView content) const;

    /// Makes what read() gave durable. After kill -9 it may be in the page cache only; nothing may
    /// be built on it before.
    Result<> settle(const std::string& path) const;

    /// Bytes that may still be written to the disk of `path`; nullopt when it does not say.
    std::optional<std::uint64_t> free_bytes(const std::string& path) const;

  private:
    Result<> sync_directory_of(const std::string& path) const;

    std::shared_ptr<rocksdb::FileSystem> files_;
};

/// A file of fixed size that is written in place and not synced.
class UnsyncedFile {
  public:
    /// Makes the file when there is none.
    static Result<UnsyncedFile> open(rocksdb::Env& env, const std::string& path);

    UnsyncedFile(UnsyncedFile&&) noexcept;
    UnsyncedFile& operator=(UnsyncedFile&&) noexcept;
    ~UnsyncedFile();

    Result<> write(std::size_t offset, ByteView content);

  private:
    explicit UnsyncedFile(std::unique_ptr<rocksdb::FSRandomRWFile> file);

    std::unique_ptr<rocksdb::FSRandomRWFile> file_;
};

}  // namespace kith::store
