// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/private_file.h"

#include "daemon/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace kith::daemon {
namespace {

constexpr mode_t for_others = S_IRWXG | S_IRWXO;

std::string parent_of(const std::string& path) {
    return std::filesystem::path(path).parent_path().string();
}

bool is_ours(const struct stat& info) {
    return info.st_uid == ::geteuid();
}

Result<> write_all(int descriptor, ByteView content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return tl::unexpected(system_error("writing", errno));
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return success();
}

Result<> sync_directory(const std::string& path) {
    const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0) {
        return tl::unexpected(system_error(path, errno));
    }
    return success();
}

Result<Bytes> read_all(int descriptor, std::size_t limit, const std::string& path) {
    Bytes content;
    std::array<std::uint8_t, 4096> block{};
    for (;;) {
        const ssize_t count = ::read(descriptor, block.data(), block.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return tl::unexpected(system_error(path, errno));
        if (count == 0) return content;
        append(content, ByteView(block).first(static_cast<std::size_t>(count)));
        if (content.size() > limit) return fail(Code::TooLarge, path + " is too long");
    }
}

}  // namespace

Error system_error(std::string what, int number) {
    Code code = Code::Internal;
    if (number == ENOSPC || number == EDQUOT) code = Code::DiskFull;
    if (number == EROFS) code = Code::ReadOnly;
    if (number == ENOENT) code = Code::NotFound;
    if (number == EACCES || number == EPERM || number == ELOOP) code = Code::Refused;
    return {code, fmt::format("{}: {}", what, std::generic_category().message(number))};
}

Result<> make_private_directory(const std::string& path) {
    struct stat info {};

    if (::lstat(path.c_str(), &info) != 0) {
        if (errno != ENOENT) return tl::unexpected(system_error(path, errno));
        std::error_code error;
        std::filesystem::create_directories(parent_of(path), error);
        if (error) return tl::unexpected(system_error(parent_of(path), error.value()));
        if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
            return tl::unexpected(system_error(path, errno));
        }
        if (::lstat(path.c_str(), &info) != 0) return tl::unexpected(system_error(path, errno));
    }
    if (!S_ISDIR(info.st_mode)) return fail(Code::Refused, path + " is not a directory");
    if (!is_ours(info)) return fail(Code::Refused, path + " belongs to another user");
    if ((info.st_mode & for_others) != 0 && ::chmod(path.c_str(), S_IRWXU) != 0) {
        return fail(Code::Refused, path + " is open to other users");
    }
    return success();
}

Result<std::optional<Bytes>> read_private_file(const std::string& path,
                                               std::size_t limit,
                                               Privacy privacy) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR) return std::optional<Bytes>();
        if (errno == ELOOP) return fail(Code::Refused, path + " is a symbolic link");
        return tl::unexpected(system_error(path, errno));
    }

    struct stat info {};

    if (::fstat(file.get(), &info) != 0) return tl::unexpected(system_error(path, errno));
    if (!S_ISREG(info.st_mode)) return fail(Code::Refused, path + " is not a file");
    if (privacy == Privacy::Secret) {
        if (!is_ours(info)) return fail(Code::Refused, path + " belongs to another user");
        if ((info.st_mode & for_others) != 0) {
            return fail(Code::Refused, path + " is readable by other users");
        }
    }
    KITH_TRY(Bytes content, read_all(file.get(), limit, path));
    return std::optional<Bytes>(std::move(content));
}

Result<> replace_private_file(const std::string& path, ByteView content) {
    const std::string beside = path + ".new";
    ::unlink(beside.c_str());  // of a crash; whatever it was, it is not followed
    {
        const Descriptor file(::open(beside.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                     S_IRUSR | S_IWUSR));
        if (!file) return tl::unexpected(system_error(beside, errno));
        auto written = write_all(file.get(), content);
        if (written && ::fsync(file.get()) != 0) {
            written = tl::unexpected(system_error(beside, errno));
        }
        if (!written) {
            ::unlink(beside.c_str());
            return written;
        }
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        return tl::unexpected(system_error(path, errno));
    }
    return sync_directory(parent_of(path));
}

}  // namespace kith::daemon
