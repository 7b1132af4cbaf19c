// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/unix_socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace kith::cli {
namespace {

using api::failure;
using api::Problem;

// The directory is checked as the daemon made it: ours, 0700, no symbolic link. Without it another
// user could wait for us in /tmp. A socket that --socket names elsewhere only has its peer checked.
api::Outcome<> check_directory(const std::string& path) {
    const std::string directory = path.substr(0, path.rfind('/'));

    struct stat entry {};

    if (::lstat(directory.c_str(), &entry) != 0) return {};
    if (!directory.starts_with("/tmp/kith-")) return {};
    const bool ours = entry.st_uid == ::getuid();
    if (S_ISDIR(entry.st_mode) && ours && (entry.st_mode & 077U) == 0) return {};
    return failure(Problem::Forbidden,
                   fmt::format("\"{}\" is not a directory of yours alone", directory),
                   "set XDG_RUNTIME_DIR, or remove that directory");
}

api::Outcome<> check_peer(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return failure(Problem::Internal, "the system does not say who answers on the socket");
    }
    if (peer.uid == ::getuid() || peer.uid == 0) return {};
    return failure(Problem::Forbidden,
                   fmt::format("the socket is answered by user {}, not by you", peer.uid));
}

}  // namespace

api::Outcome<Descriptor> connect_socket(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return failure(Problem::Usage,
                       fmt::format("the path of the socket has {} bytes, at most {} fit",
                                   path.size(),
                                   sizeof address.sun_path - 1),
                       "set a shorter KITH_HOME or --socket");
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    KITH_CHECK(check_directory(path));
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (!socket || ::connect(socket.get(), generic, sizeof address) != 0) {
        api::Failure absent(Problem::NoDaemon, "the daemon is not running", "kith daemon start");
        if (errno != ENOENT && errno != ECONNREFUSED) {
            absent.facts.push_back(
                fmt::format("{}: {}", path, std::generic_category().message(errno)));
        }
        return tl::unexpected(std::move(absent));
    }
    KITH_CHECK(check_peer(socket.get()));
    return socket;
}

}  // namespace kith::cli
