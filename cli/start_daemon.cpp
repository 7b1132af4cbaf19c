// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/start_daemon.h"

#include "cli/clock.h"
#include "cli/descriptor.h"
#include "cli/process.h"
#include "cli/run_program.h"
#include "core/api/failure_object.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>

namespace kith::cli {
namespace {

using api::Problem;

constexpr int ready_fd = 3;  // of the child

std::string_view name_of_variable(std::string_view assignment) {
    return assignment.substr(0, assignment.find('=') + 1);
}

std::vector<std::string> merged_environment(const std::vector<std::string>& changes) {
    std::vector<std::string> merged = changes;
    for (char** entry = ::environ; *entry != nullptr; ++entry) {
        bool changed = false;
        for (const std::string& change : changes)
            changed = changed || name_of_variable(change) == name_of_variable(*entry);
        if (!changed) merged.emplace_back(*entry);
    }
    return merged;
}

// Between fork and exec: only what is safe there.
[[noreturn]] void become(char* const* arguments, char* const* environment, int pipe) {
    ::setsid();
    // The pipe first: it may have one of the numbers that are taken next.
    if (pipe == ready_fd) {
        ::fcntl(pipe, F_SETFD, 0);
    } else {
        ::dup2(pipe, ready_fd);
    }
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int standard : {0, 1, 2})
        ::dup2(nothing, standard);
    ::close_range(ready_fd + 1, ~0U, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    [[maybe_unused]] const int ignored = ::chdir("/");
    ::execvpe(arguments[0], arguments, environment);
    ::_exit(127);
}

struct Word {
    std::string text;
    bool closed = false;  // the pipe was closed; else time is up or the line is whole
};

// What kithd says on the pipe.
Word read_word(int pipe, Duration timeout) {
    const SteadyTime deadline = steady_now() + timeout;
    Word word;
    std::array<char, 4096> buffer{};
    for (;;) {
        pollfd wanted{pipe, POLLIN, 0};
        const int count = ::poll(&wanted, 1, poll_timeout(deadline));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return word;
        const auto got = ::read(pipe, buffer.data(), buffer.size());
        word.closed = got <= 0;
        if (word.closed) return word;
        word.text.append(buffer.data(), static_cast<std::size_t>(got));
        if (word.text.ends_with('\n')) return word;
    }
}

api::Failure not_started(std::string fact, std::string hint) {
    api::Failure out(
        Problem::NoDaemon, "the daemon is not running and could not be started", std::move(hint));
    out.facts.push_back(std::move(fact));
    return out;
}

// Exit status of a child that has closed its pipe; -1 when it does not end within a second.
int exit_status(pid_t child) {
    has_ended(child, seconds(1));
    int status = 0;
    const bool ended = ::waitpid(child, &status, WNOHANG) == child;
    return ended && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::optional<api::Failure> reason_in(const Word& word) {
    const auto document = api::Document::parse(word.text);
    return document ? api::read_failure(document->root()) : std::nullopt;
}

api::Failure explain(const std::string& program, const Word& word, pid_t child) {
    if (const auto reason = reason_in(word)) {
        if (reason->is(Problem::NewerData) || reason->is(Problem::BadConfig)) return *reason;
        api::Failure out = not_started("kithd: " + reason->message, reason->hint);
        out.facts.insert(out.facts.end(), reason->facts.begin(), reason->facts.end());
        return out;
    }
    if (!word.closed) return not_started("kithd is not ready yet", "kith daemon logs");
    if (exit_status(child) == 127) {
        return not_started(fmt::format("\"{}\" cannot be run", program),
                           "install kithd beside kith");
    }
    return not_started("kithd ended without a word", "kith daemon logs");
}

}  // namespace

std::string own_directory() {
    std::array<char, 4096> path{};
    const auto length = ::readlink("/proc/self/exe", path.data(), path.size());
    const std::string_view whole(path.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    return std::string(whole.substr(0, whole.rfind('/')));
}

std::string daemon_program() {
    const std::string beside = own_directory() + "/kithd";
    return ::access(beside.c_str(), X_OK) == 0 ? beside : "kithd";
}

api::Outcome<Started> start_daemon(const DaemonStart& wanted) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return tl::unexpected(not_started(std::generic_category().message(errno), ""));
    }
    const Descriptor reading(ends[0]);
    Descriptor writing(ends[1]);

    std::vector<std::string> words{wanted.program};
    words.insert(words.end(), wanted.arguments.begin(), wanted.arguments.end());
    words.insert(words.end(), {"--ready-fd", std::to_string(ready_fd)});
    std::vector<std::string> variables = merged_environment(wanted.environment);
    const auto argv = pointers(words);
    const auto envp = pointers(variables);
    const pid_t child = ::fork();
    if (child == 0) {
        if (wanted.ends_with_us) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        become(argv.data(), envp.data(), writing.get());
    }
    if (child < 0) {
        return tl::unexpected(not_started(std::generic_category().message(errno), ""));
    }
    writing.close();
    const Word word = read_word(reading.get(), wanted.timeout);
    if (word.text == "ready\n") return Started{child, false};
    const auto reason = reason_in(word);
    if (reason && reason->is(Problem::ProfileLocked)) return Started{child, true};
    return tl::unexpected(explain(wanted.program, word, child));
}

}  // namespace kith::cli
