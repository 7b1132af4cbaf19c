// SPDX-License-Identifier: GPL-3.0-or-later
// RocksDB's kinds of open files, on a LossyDisk.
#pragma once

#include "tests/support/store/lossy_disk.h"

#include <rocksdb/file_system.h>

#include <cstring>
#include <string>
#include <utility>

namespace kith::test {

using rocksdb::IOStatus;
using rocksdb::Slice;

inline IOStatus status_of(LossyDisk::Outcome outcome) {
    switch (outcome) {
        case LossyDisk::Outcome::Ok:
            return IOStatus::OK();
        case LossyDisk::Outcome::Full:
            return IOStatus::NoSpace("No space left on device");
        case LossyDisk::Outcome::Missing:
            return IOStatus::PathNotFound("No such file or directory");
        case LossyDisk::Outcome::SyncFailed:
            return IOStatus::IOError("Input/output error while syncing");
        case LossyDisk::Outcome::Dead:
            break;
    }
    return IOStatus::IOError("the machine is dead");
}

inline ByteView view(const Slice& slice) {
    return as_bytes({slice.data(), slice.size()});
}

inline Slice copied(const Bytes& bytes, char* scratch) {
    if (!bytes.empty()) std::memcpy(scratch, bytes.data(), bytes.size());
    return {scratch, bytes.size()};
}

class Reading final : public rocksdb::FSSequentialFile {
  public:
    Reading(LossyDisk& disk, LossyDisk::Handle file) : disk_(disk), file_(std::move(file)) {}

    IOStatus Read(std::size_t n,
                  const rocksdb::IOOptions&,
                  Slice* result,
                  char* scratch,
                  rocksdb::IODebugContext*) override {
        const Bytes bytes = disk_.read(*file_, at_, n);
        at_ += bytes.size();
        *result = copied(bytes, scratch);
        return IOStatus::OK();
    }

    IOStatus Skip(std::uint64_t n) override {
        at_ += n;
        return IOStatus::OK();
    }

  private:
    LossyDisk& disk_;
    LossyDisk::Handle file_;
    std::size_t at_ = 0;
};

class RandomReading final : public rocksdb::FSRandomAccessFile {
  public:
    RandomReading(LossyDisk& disk, LossyDisk::Handle file) : disk_(disk), file_(std::move(file)) {}

    IOStatus Read(std::uint64_t offset,
                  std::size_t n,
                  const rocksdb::IOOptions&,
                  Slice* result,
                  char* scratch,
                  rocksdb::IODebugContext*) const override {
        *result = copied(disk_.read(*file_, offset, n), scratch);
        return IOStatus::OK();
    }

  private:
    LossyDisk& disk_;
    LossyDisk::Handle file_;
};

class Writing final : public rocksdb::FSWritableFile {
  public:
    Writing(LossyDisk& disk, LossyDisk::Handle file) : disk_(disk), file_(std::move(file)) {}

    IOStatus Append(const Slice& data,
                    const rocksdb::IOOptions&,
                    rocksdb::IODebugContext*) override {
        return status_of(disk_.append(*file_, view(data)));
    }

    IOStatus Append(const Slice& data,
                    const rocksdb::IOOptions&,
                    const rocksdb::DataVerificationInfo&,
                    rocksdb::IODebugContext*) override {
        return status_of(disk_.append(*file_, view(data)));
    }

    IOStatus Truncate(std::uint64_t size,
                      const rocksdb::IOOptions&,
                      rocksdb::IODebugContext*) override {
        // Called on closing with the size it has already.
        if (size == disk_.size(*file_)) return IOStatus::OK();
        return status_of(disk_.truncate(*file_, size));
    }

    IOStatus Close(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
        return IOStatus::OK();
    }

    IOStatus Flush(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
        return IOStatus::OK();
    }

    IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
        return status_of(disk_.sync(*file_));
    }

    bool IsSyncThreadSafe() const override { return true; }

    std::uint64_t GetFileSize(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
        return disk_.size(*file_);
    }

  private:
    LossyDisk& disk_;
    LossyDisk::Handle file_;
};

class InPlace final : public rocksdb::FSRandomRWFile {
  public:
    InPlace(LossyDisk& disk, LossyDisk::Handle file) : disk_(disk), file_(std::move(file)) {}

    IOStatus Write(std::uint64_t offset,
                   const Slice& data,
                   const rocksdb::IOOptions&,
                   rocksdb::IODebugContext*) override {
        return status_of(disk_.write_at(*file_, offset, view(data)));
    }

    IOStatus Read(std::uint64_t offset,
                  std::size_t n,
                  const rocksdb::IOOptions&,
                  Slice* result,
                  char* scratch,
                  rocksdb::IODebugContext*) const override {
        *result = copied(disk_.read(*file_, offset, n), scratch);
        return IOStatus::OK();
    }

    IOStatus Flush(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
        return IOStatus::OK();
    }

    IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
        return status_of(disk_.sync(*file_));
    }

    IOStatus Close(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
        return IOStatus::OK();
    }

  private:
    LossyDisk& disk_;
    LossyDisk::Handle file_;
};

class SyncedDirectory final : public rocksdb::FSDirectory {
  public:
    SyncedDirectory(LossyDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}

    IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
        return status_of(disk_.sync_directory(path_));
    }

  private:
    LossyDisk& disk_;
    std::string path_;
};

}  // namespace kith::test
