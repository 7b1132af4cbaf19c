// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/store/lossy_file_system.h"

#include "tests/support/store/lossy_files.h"

#include <thread>

namespace kith::test {

namespace {

IOStatus missing(const std::string& path) {
    return IOStatus::PathNotFound("No such file or directory", path);
}

std::string trimmed(std::string path) {
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    return path;
}

class Lock final : public rocksdb::FileLock {};

class LossyFileSystem final : public rocksdb::FileSystem {
  public:
    explicit LossyFileSystem(LossyDisk& disk) : disk_(disk) {}

    const char* Name() const override { return "LossyFileSystem"; }

    IOStatus NewSequentialFile(const std::string& path,
                               const rocksdb::FileOptions&,
                               std::unique_ptr<rocksdb::FSSequentialFile>* result,
                               rocksdb::IODebugContext*) override {
        auto file = disk_.find(path);
        if (!file) return missing(path);
        *result = std::make_unique<Reading>(disk_, std::move(file));
        return IOStatus::OK();
    }

    IOStatus NewRandomAccessFile(const std::string& path,
                                 const rocksdb::FileOptions&,
                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                 rocksdb::IODebugContext*) override {
        auto file = disk_.find(path);
        if (!file) return missing(path);
        *result = std::make_unique<RandomReading>(disk_, std::move(file));
        return IOStatus::OK();
    }

    IOStatus NewWritableFile(const std::string& path,
                             const rocksdb::FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             rocksdb::IODebugContext*) override {
        LossyDisk::Handle file;
        const auto outcome = disk_.create(path, file);
        if (outcome == LossyDisk::Outcome::Ok)
            *result = std::make_unique<Writing>(disk_, std::move(file));
        return status_of(outcome);
    }

    IOStatus ReopenWritableFile(const std::string& path,
                                const rocksdb::FileOptions& options,
                                std::unique_ptr<rocksdb::FSWritableFile>* result,
                                rocksdb::IODebugContext* debug) override {
        auto file = disk_.find(path);
        if (!file) return NewWritableFile(path, options, result, debug);
        *result = std::make_unique<Writing>(disk_, std::move(file));
        return IOStatus::OK();
    }

    IOStatus ReuseWritableFile(const std::string& path,
                               const std::string& old,
                               const rocksdb::FileOptions& options,
                               std::unique_ptr<rocksdb::FSWritableFile>* result,
                               rocksdb::IODebugContext* debug) override {
        const auto outcome = disk_.rename(old, path);
        if (outcome != LossyDisk::Outcome::Ok) return status_of(outcome);
        return NewWritableFile(path, options, result, debug);
    }

    IOStatus NewRandomRWFile(const std::string& path,
                             const rocksdb::FileOptions&,
                             std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                             rocksdb::IODebugContext*) override {
        auto file = disk_.find(path);
        if (!file) return missing(path);
        *result = std::make_unique<InPlace>(disk_, std::move(file));
        return IOStatus::OK();
    }

    IOStatus NewDirectory(const std::string& path,
                          const rocksdb::IOOptions&,
                          std::unique_ptr<rocksdb::FSDirectory>* result,
                          rocksdb::IODebugContext*) override {
        if (!disk_.is_directory(trimmed(path))) return missing(path);
        *result = std::make_unique<SyncedDirectory>(disk_, trimmed(path));
        return IOStatus::OK();
    }

    IOStatus FileExists(const std::string& path,
                        const rocksdb::IOOptions&,
                        rocksdb::IODebugContext*) override {
        if (disk_.is_directory(trimmed(path)) || disk_.find(path)) return IOStatus::OK();
        return IOStatus::NotFound();
    }

    IOStatus GetChildren(const std::string& path,
                         const rocksdb::IOOptions&,
                         std::vector<std::string>* result,
                         rocksdb::IODebugContext*) override {
        if (!disk_.is_directory(trimmed(path))) return IOStatus::NotFound(path);
        *result = disk_.children(trimmed(path));
        return IOStatus::OK();
    }

    IOStatus DeleteFile(const std::string& path,
                        const rocksdb::IOOptions&,
                        rocksdb::IODebugContext*) override {
        return status_of(disk_.remove(path));
    }

    IOStatus CreateDir(const std::string& path,
                       const rocksdb::IOOptions&,
                       rocksdb::IODebugContext*) override {
        return status_of(disk_.make_directory(trimmed(path)));
    }

    IOStatus CreateDirIfMissing(const std::string& path,
                                const rocksdb::IOOptions&,
                                rocksdb::IODebugContext*) override {
        if (disk_.is_directory(trimmed(path))) return IOStatus::OK();
        return status_of(disk_.make_directory(trimmed(path)));
    }

    IOStatus DeleteDir(const std::string&,
                       const rocksdb::IOOptions&,
                       rocksdb::IODebugContext*) override {
        return IOStatus::NotSupported("DeleteDir");
    }

    IOStatus GetFileSize(const std::string& path,
                         const rocksdb::IOOptions&,
                         std::uint64_t* size,
                         rocksdb::IODebugContext*) override {
        const auto file = disk_.find(path);
        if (!file) return missing(path);
        *size = disk_.size(*file);
        return IOStatus::OK();
    }

    IOStatus GetFileModificationTime(const std::string& path,
                                     const rocksdb::IOOptions&,
                                     std::uint64_t* time,
                                     rocksdb::IODebugContext*) override {
        if (!disk_.find(path)) return missing(path);
        *time = 0;
        return IOStatus::OK();
    }

    IOStatus RenameFile(const std::string& from,
                        const std::string& to,
                        const rocksdb::IOOptions&,
                        rocksdb::IODebugContext*) override {
        return status_of(disk_.rename(from, to));
    }

    IOStatus LockFile(const std::string&,
                      const rocksdb::IOOptions&,
                      rocksdb::FileLock** lock,
                      rocksdb::IODebugContext*) override {
        *lock = new Lock();
        return IOStatus::OK();
    }

    IOStatus UnlockFile(rocksdb::FileLock* lock,
                        const rocksdb::IOOptions&,
                        rocksdb::IODebugContext*) override {
        delete lock;
        return IOStatus::OK();
    }

    IOStatus GetTestDirectory(const rocksdb::IOOptions&,
                              std::string* path,
                              rocksdb::IODebugContext*) override {
        *path = "/test";
        return IOStatus::OK();
    }

    IOStatus GetAbsolutePath(const std::string& path,
                             const rocksdb::IOOptions&,
                             std::string* result,
                             rocksdb::IODebugContext*) override {
        *result = path;
        return IOStatus::OK();
    }

    IOStatus GetFreeSpace(const std::string&,
                          const rocksdb::IOOptions&,
                          std::uint64_t* free,
                          rocksdb::IODebugContext*) override {
        *free = disk_.free_bytes();
        return IOStatus::OK();
    }

    IOStatus IsDirectory(const std::string& path,
                         const rocksdb::IOOptions&,
                         bool* is_directory,
                         rocksdb::IODebugContext*) override {
        *is_directory = disk_.is_directory(trimmed(path));
        return IOStatus::OK();
    }

  private:
    LossyDisk& disk_;
};

// RocksDB sleeps a second after a failed flush, and waits until five seconds from its now to see
// whether a full disk has space again. Tests do not have that time: nobody sleeps, and this now is
// nearly five seconds ago.
class ImpatientEnv final : public rocksdb::EnvWrapper {
  public:
    explicit ImpatientEnv(const std::shared_ptr<rocksdb::FileSystem>& files)
        : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
        file_system_ = files;
    }

    void SleepForMicroseconds(int) override { std::this_thread::yield(); }

    std::uint64_t NowMicros() override { return target()->NowMicros() - 4'999'000; }
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_lossy_env(LossyDisk& disk) {
    return std::make_unique<ImpatientEnv>(std::make_shared<LossyFileSystem>(disk));
}

}  // namespace kith::test
