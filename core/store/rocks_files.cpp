// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rocks_files.h"

#include "core/store/rocks_error.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <filesystem>

namespace kith::store {

namespace {

rocksdb::Slice slice(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string doing(std::string_view what, const std::string& path) {
    return fmt::format("{} {}", what, path);
}

std::string parent_of(const std::string& path) {
    return std::filesystem::path(path).parent_path().string();
}

}  // namespace

RocksFiles::RocksFiles(rocksdb::Env& env) : files_(env.GetFileSystem()) {}

// Recurses once for each part of the path.
// NOLINTNEXTLINE(misc-no-recursion)
Result<> RocksFiles::make_directory(const std::string& path) const {
    if (exists(path)) return {};
    const std::string parent = parent_of(path);
    if (!parent.empty() && parent != path) KITH_CHECK(make_directory(parent));
    KITH_CHECK(check(files_->CreateDirIfMissing(path, {}, nullptr), doing("making", path)));
    // Whatever the umask; an in-memory file system of a test has no such path, and no modes.
    std::error_code ignored;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, ignored);
    return sync_directory_of(path);
}

bool RocksFiles::exists(const std::string& path) const {
    return files_->FileExists(path, {}, nullptr).ok();
}

Result<std::optional<Bytes>> RocksFiles::read(const std::string& path, std::size_t most) const {
    if (!exists(path)) return std::nullopt;
    std::unique_ptr<rocksdb::FSSequentialFile> file;
    KITH_CHECK(check(files_->NewSequentialFile(path, {}, &file, nullptr), doing("reading", path)));
    Bytes content;
    std::string scratch(std::size_t{4} << 10, '\0');
    for (;;) {
        rocksdb::Slice part;
        KITH_CHECK(check(file->Read(scratch.size(), {}, &part, scratch.data(), nullptr),
                         doing("reading", path)));
        if (part.empty()) return content;
        append(content, as_bytes({part.data(), part.size()}));
        if (content.size() > most) return fail(Code::TooLarge, doing("reading", path));
    }
}

Result<> RocksFiles::replace(const std::string& path, ByteView content) const {
    const std::string fresh = path + ".new";
    const std::string what = doing("writing", path);
    std::unique_ptr<rocksdb::FSWritableFile> file;
    KITH_CHECK(check(files_->NewWritableFile(fresh, {}, &file, nullptr), what));
    KITH_CHECK(check(file->Append(slice(content), {}, nullptr), what));
    KITH_CHECK(check(file->Sync({}, nullptr), what));
    KITH_CHECK(check(file->Close({}, nullptr), what));
    KITH_CHECK(check(files_->RenameFile(fresh, path, {}, nullptr), what));
    return sync_directory_of(path);
}

Result<> RocksFiles::overwrite(const std::string& path,
                               std::size_t offset,
                               ByteView content) const {
    const std::string what = doing("writing", path);
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    KITH_CHECK(check(files_->NewRandomRWFile(path, {}, &file, nullptr), what));
    KITH_CHECK(check(file->Write(offset, slice(content), {}, nullptr), what));
    KITH_CHECK(check(file->Sync({}, nullptr), what));
    return check(file->Close({}, nullptr), what);
}

Result<> RocksFiles::settle(const std::string& path) const {
    const std::string what = doing("syncing", path);
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    KITH_CHECK(check(files_->NewRandomRWFile(path, {}, &file, nullptr), what));
    KITH_CHECK(check(file->Sync({}, nullptr), what));
    KITH_CHECK(check(file->Close({}, nullptr), what));
    return sync_directory_of(path);
}

std::optional<std::uint64_t> RocksFiles::free_bytes(const std::string& path) const {
    std::uint64_t free = 0;
    if (!files_->GetFreeSpace(path, {}, &free, nullptr).ok()) return std::nullopt;
    return free;
}

Result<> RocksFiles::sync_directory_of(const std::string& path) const {
    const std::string what = doing("syncing the directory of", path);
    std::unique_ptr<rocksdb::FSDirectory> directory;
    KITH_CHECK(check(files_->NewDirectory(parent_of(path), {}, &directory, nullptr), what));
    return check(directory->Fsync({}, nullptr), what);
}

Result<UnsyncedFile> UnsyncedFile::open(rocksdb::Env& env, const std::string& path) {
    const auto& files = env.GetFileSystem();
    const std::string what = doing("opening", path);
    if (!files->FileExists(path, {}, nullptr).ok()) {
        std::unique_ptr<rocksdb::FSWritableFile> fresh;
        KITH_CHECK(check(files->NewWritableFile(path, {}, &fresh, nullptr), what));
        KITH_CHECK(check(fresh->Close({}, nullptr), what));
    }
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    KITH_CHECK(check(files->NewRandomRWFile(path, {}, &file, nullptr), what));
    return UnsyncedFile(std::move(file));
}

UnsyncedFile::UnsyncedFile(std::unique_ptr<rocksdb::FSRandomRWFile> file)
    : file_(std::move(file)) {}

UnsyncedFile::UnsyncedFile(UnsyncedFile&&) noexcept = default;
UnsyncedFile& UnsyncedFile::operator=(UnsyncedFile&&) noexcept = default;
UnsyncedFile::~UnsyncedFile() = default;

Result<> UnsyncedFile::write(std::size_t offset, ByteView content) {
    return check(file_->Write(offset, slice(content), {}, nullptr), "writing the sync mark");
}

}  // namespace kith::store
