// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/service_notify.h"

#include "core/api/failure_object.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <cstring>

namespace kith::daemon {

ServiceNotify::ServiceNotify(std::optional<int> ready_fd, const Environment& environment)
    : pipe_(ready_fd.value_or(-1)), socket_(environment("NOTIFY_SOCKET").value_or("")) {
    // The daemon's own threads and files must not keep the starter waiting for the end of the pipe.
    if (pipe_) ::fcntl(pipe_.get(), F_SETFD, FD_CLOEXEC);
    const std::string pid = environment("WATCHDOG_PID").value_or("");
    const std::string usec = environment("WATCHDOG_USEC").value_or("");
    if (!pid.empty() && pid != fmt::format("{}", ::getpid())) return;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(usec.data(), usec.data() + usec.size(), value);
    if (error == std::errc{} && value >= 2'000'000 && value <= 3'600'000'000) {
        watchdog_ = Duration(static_cast<Duration::rep>(value / 2));
    }
}

void ServiceNotify::ready() {
    tell_starter("ready\n");
    tell_systemd("READY=1");
}

void ServiceNotify::failed(const api::Failure& failure) {
    tell_starter(api::to_json(failure) + "\n");
}

void ServiceNotify::tell_starter(std::string_view line) {
    if (!pipe_) return;
    // Nobody left to read it is nobody's loss; SIGPIPE is ignored (signals.cpp).
    [[maybe_unused]] const auto written = ::write(pipe_.get(), line.data(), line.size());
    pipe_.close();
}

void ServiceNotify::tell_systemd(std::string_view state) {
    sockaddr_un address{};
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (socket_.front() == '@') address.sun_path[0] = '\0';  // abstract
    const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    // A deaf service manager is not our failure.
    [[maybe_unused]] const auto sent =
        ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL, generic, length);
}

}  // namespace kith::daemon
