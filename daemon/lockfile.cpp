// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/lockfile.h"

#include "daemon/private_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

namespace kith::daemon {
namespace {

/// The pid that the holder wrote, "" when it has not yet.
std::string holder(int file) {
    std::array<char, 16> text{};
    const ssize_t count = ::pread(file, text.data(), text.size(), 0);
    const std::string pid(text.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    const bool number = !pid.empty() && pid.find_first_not_of("0123456789\n") == std::string::npos;
    return number ? pid.substr(0, pid.find('\n')) : "";
}

}  // namespace

api::Outcome<Lockfile> Lockfile::take(const std::string& path, const std::string& profile) {
    Descriptor file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file) return tl::unexpected(api::from_error(system_error(path, errno)));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        const std::string pid = holder(file.get());
        api::Failure failure(
            api::Problem::ProfileLocked,
            fmt::format(
                "profile \"{}\" is in use by kithd{}", profile, pid.empty() ? "" : ", pid " + pid),
            "kith -p second init");
        failure.facts.emplace_back("two programs must not share one identity");
        return tl::unexpected(std::move(failure));
    }
    const std::string pid = fmt::format("{}\n", ::getpid());
    // Only people read it, so a full disk must not keep the daemon from starting.
    if (::ftruncate(file.get(), 0) == 0) {
        [[maybe_unused]] const auto written = ::pwrite(file.get(), pid.data(), pid.size(), 0);
    }
    return Lockfile(std::move(file));
}

}  // namespace kith::daemon
