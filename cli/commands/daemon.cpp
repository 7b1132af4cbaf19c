// SPDX-License-Identifier: GPL-3.0-or-later
// daemon: start, stop and look at kithd.
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/process.h"
#include "cli/render.h"
#include "cli/text_file.h"
#include "core/api/method.h"
#include "core/text/display.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::Problem;

// It stops within five seconds by itself; a slow disk gets as much again.
constexpr Duration stop_limit = seconds(10);
constexpr std::size_t log_tail = 100;
constexpr std::size_t log_size = std::size_t{8} << 20;

api::Failure not_running(Context& context) {
    return api::Failure(
        Problem::NoDaemon,
        fmt::format("the daemon of profile \"{}\" is not running", context.paths().profile),
        "kith daemon start");
}

void show(Output& out, const api::Daemon& daemon) {
    out.object(daemon);
    std::vector<std::vector<std::string>> rows{{"state", one_line(daemon.state)},
                                               {"pid", std::to_string(daemon.pid)},
                                               {"version", one_line(daemon.version)},
                                               {"up", to_words(milliseconds(daemon.uptime_ms))},
                                               {"store", one_line(daemon.store)}};
    for (const std::string& address : daemon.listen)
        rows.push_back({"listens", one_line(address)});
    if (daemon.home) rows.push_back({"data", one_line(*daemon.home)});
    out.lines(table(rows));
}

// Ends the daemon if it runs; false when it did not.
api::Outcome<bool> stop(Context& context) {
    KITH_TRY(ApiClient* const client, context.running_daemon());
    if (client == nullptr) return false;
    client->accept_any_version();
    KITH_TRY(const api::Daemon daemon,
             client->call(api::DaemonStatus{}, context.globals().timeout));
    KITH_CHECK(client->call(api::DaemonStop{}, context.globals().timeout));
    context.disconnect();
    if (has_ended(static_cast<int>(daemon.pid), stop_limit)) return true;
    return failure(Problem::Timeout,
                   fmt::format("the daemon (pid {}) is still writing", daemon.pid),
                   "kith daemon status");
}

// The last lines of a text that may begin inside a line.
std::string_view tail(std::string_view text, std::size_t lines) {
    std::size_t at = text.size();
    if (at > 0 && text.back() == '\n') --at;
    while (lines-- > 0 && at != std::string_view::npos && at > 0)
        at = text.rfind('\n', at - 1);
    return at == std::string_view::npos || at == 0 ? text : text.substr(at + 1);
}

// Log files are written with every line escaped; they are displayed all the same.
void print_lines(Output& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out.line(text::display(text.substr(0, end), text::Kind::Log));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    out.flush();
}

// New whole lines, until interrupted.
api::Outcome<> follow(Output& out, int file) {
    constexpr int look_again_ms = 300;
    std::string rest;
    std::array<char, 65536> buffer{};
    for (;;) {
        KITH_CHECK(out.written());
        const auto count = ::read(file, buffer.data(), buffer.size());
        if (count > 0) {
            rest.append(buffer.data(), static_cast<std::size_t>(count));
            const std::size_t whole = rest.rfind('\n') + 1;
            print_lines(out, std::string_view(rest).substr(0, whole));
            rest.erase(0, whole);
        } else {
            ::poll(nullptr, 0, look_again_ms);
        }
    }
}

}  // namespace

api::Outcome<> daemon_status(Context& context, const Arguments&) {
    KITH_TRY(ApiClient* const client, context.running_daemon());
    if (client == nullptr) return tl::unexpected(not_running(context));
    client->accept_any_version();
    KITH_TRY(const api::Daemon daemon,
             client->call(api::DaemonStatus{}, context.globals().timeout));
    show(context.out(), daemon);
    return {};
}

api::Outcome<> daemon_start(Context& context, const Arguments& arguments) {
    KITH_TRY(ApiClient* const client, context.running_daemon());
    if (client == nullptr) {
        KITH_CHECK(context.start());
    } else {
        context.out().note("it runs already");
    }
    return context.out().json() ? daemon_status(context, arguments) : api::Outcome<>();
}

api::Outcome<> daemon_stop(Context& context, const Arguments&) {
    KITH_TRY(const bool ran, stop(context));
    context.out().note(ran ? "stopped" : "it was not running");
    return {};
}

api::Outcome<> daemon_restart(Context& context, const Arguments& arguments) {
    KITH_CHECK(stop(context));
    return daemon_start(context, arguments);
}

api::Outcome<> daemon_logs(Context& context, const Arguments& arguments) {
    const std::string& path = context.paths().log_file;
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        return failure(Problem::NoFile,
                       fmt::format("there is no log at \"{}\"", path),
                       "journalctl --user -u kithd   if systemd started it");
    }
    const off_t size = ::lseek(file.get(), 0, SEEK_END);
    const off_t window = static_cast<off_t>(log_size);
    ::lseek(file.get(), size > window ? size - window : 0, SEEK_SET);
    const auto text = read_all(file.get(), 2 * log_size);
    if (!text) return failure(Problem::NoFile, fmt::format("\"{}\" cannot be read", path));
    print_lines(context.out(), tail(*text, log_tail));
    if (arguments.has("--follow")) return follow(context.out(), file.get());
    return {};
}

}  // namespace kith::cli::commands
