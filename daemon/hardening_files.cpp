// SPDX-License-Identifier: GPL-3.0-or-later
// Landlock (Linux 5.13), by its system calls: glibc 2.36 has no functions for it.
#include "daemon/descriptor.h"
#include "daemon/hardening.h"
#include "daemon/private_file.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>

namespace kith::daemon {
namespace {

constexpr std::uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
// The first version of the interface; later rights (truncate, refer) stay free, which is harmless
// where reading and writing are confined.
constexpr std::uint64_t handled =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | reading |
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
constexpr std::uint64_t changing = reading | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                   LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                   LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                   LANDLOCK_ACCESS_FS_MAKE_SOCK;

// Name resolution, time zones, network interfaces, memory figures, randomness, shared libraries.
constexpr std::array system_places{
    "/etc", "/usr", "/lib", "/lib64", "/proc", "/sys", "/dev", "/run"};

Result<> allow(int ruleset, const std::string& path, std::uint64_t access) {
    const Descriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));

    struct stat info {};

    if (!place || ::fstat(place.get(), &info) != 0) {
        if (errno == ENOENT) return success();
        return tl::unexpected(system_error(path, errno));
    }
    // The kernel refuses rights of directories on anything else.
    if (!S_ISDIR(info.st_mode)) {
        access &= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
    }
    landlock_path_beneath_attr rule{};
    rule.allowed_access = access;
    rule.parent_fd = place.get();
    if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
        return tl::unexpected(system_error("landlock " + path, errno));
    }
    return success();
}

}  // namespace

Result<> confine_files(const std::vector<std::string>& writable,
                       const std::vector<std::string>& readable) {
    landlock_ruleset_attr attributes{};
    attributes.handled_access_fs = handled;
    const Descriptor ruleset(static_cast<int>(
        ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
    if (!ruleset) {
        const bool absent = errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM;
        if (absent) return success();
        return tl::unexpected(system_error("landlock", errno));
    }
    for (const char* path : system_places)
        KITH_CHECK(allow(ruleset.get(), path, reading));
    for (const std::string& path : readable)
        KITH_CHECK(allow(ruleset.get(), path, reading));
    KITH_CHECK(allow(ruleset.get(), "/dev/null", reading | LANDLOCK_ACCESS_FS_WRITE_FILE));
    for (const std::string& path : writable)
        KITH_CHECK(allow(ruleset.get(), path, changing));
    if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
        return tl::unexpected(system_error("landlock", errno));
    }
    return success();
}

}  // namespace kith::daemon
