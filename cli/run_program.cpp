// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/run_program.h"

#include "cli/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

namespace kith::cli {
namespace {

constexpr std::size_t most_output = std::size_t{4} << 20;

struct Pipe {
    Descriptor reading;
    Descriptor writing;
};

bool open_pipe(Pipe& pipe) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    pipe.reading = Descriptor(ends[0]);
    pipe.writing = Descriptor(ends[1]);
    return true;
}

// One end of the conversation with the child: input that is left to write, output to collect.
class Feed {
  public:
    Feed(Descriptor writing, std::string_view input) : writing_(std::move(writing)), left_(input) {
        if (writing_) ::fcntl(writing_.get(), F_SETFL, O_NONBLOCK);
        if (left_.empty()) writing_.close();
    }

    pollfd wanted() const { return {writing_.get(), POLLOUT, 0}; }

    void step() {
        const auto count = ::write(writing_.get(), left_.data(), left_.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        // A child that does not read its input is no failure.
        if (count > 0) left_.remove_prefix(static_cast<std::size_t>(count));
        if (count <= 0 || left_.empty()) writing_.close();
    }

  private:
    Descriptor writing_;
    std::string_view left_;
};

class Collector {
  public:
    explicit Collector(Descriptor reading) : reading_(std::move(reading)) {}

    pollfd wanted() const { return {reading_.get(), POLLIN, 0}; }

    bool open() const { return static_cast<bool>(reading_); }

    void step() {
        std::array<char, 65536> buffer{};
        const auto count = ::read(reading_.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) return;
        if (count <= 0) {
            reading_.close();
        } else if (text.size() < most_output) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
        }
    }

    std::string text;

  private:
    Descriptor reading_;
};

// Writing to a child that has gone must not end us.
class IgnorePipeSignal {
  public:
    IgnorePipeSignal() : before_(std::signal(SIGPIPE, SIG_IGN)) {}

    IgnorePipeSignal(const IgnorePipeSignal&) = delete;
    IgnorePipeSignal& operator=(const IgnorePipeSignal&) = delete;

    ~IgnorePipeSignal() { static_cast<void>(std::signal(SIGPIPE, before_)); }

  private:
    void (*before_)(int);
};

void converse(Feed& feed, Collector& output, Collector& errors, int child) {
    for (;;) {
        std::array<pollfd, 3> wanted{feed.wanted(), output.wanted(), errors.wanted()};
        const bool more = wanted[0].fd >= 0 || output.open() || errors.open();
        if (!more) return;
        if (::poll(wanted.data(), wanted.size(), -1) < 0 && errno != EINTR) {
            ::kill(child, SIGKILL);
            return;
        }
        if (wanted[0].fd >= 0 && wanted[0].revents != 0) feed.step();
        if (output.open() && wanted[1].revents != 0) output.step();
        if (errors.open() && wanted[2].revents != 0) errors.step();
    }
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return 127;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (std::string& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

Result<Ended> run_program(const Program& program) {
    Pipe input;
    Pipe output;
    Pipe errors;
    if (!open_pipe(input) || !open_pipe(output) || !open_pipe(errors)) {
        return fail(Code::Internal, "no pipe");
    }
    std::vector<std::string> words = program.words;
    std::vector<std::string> variables = program.environment;
    for (char** entry = ::environ; *entry != nullptr; ++entry)
        variables.emplace_back(*entry);
    const auto argv = pointers(words);
    const auto envp = pointers(variables);
    const IgnorePipeSignal guard;
    const pid_t child = ::fork();
    if (child < 0) return fail(Code::Internal, "no process");
    if (child == 0) {
        static_cast<void>(std::signal(SIGPIPE, SIG_DFL));
        if (!program.inherit_input) ::dup2(input.reading.get(), STDIN_FILENO);
        if (program.capture_output) ::dup2(output.writing.get(), STDOUT_FILENO);
        if (program.capture_errors) ::dup2(errors.writing.get(), STDERR_FILENO);
        ::execvpe(argv.front(), argv.data(), envp.data());
        ::_exit(127);
    }
    input.reading.close();
    output.writing.close();
    errors.writing.close();
    Feed feed(std::move(input.writing), program.input);
    Collector out(std::move(output.reading));
    Collector err(std::move(errors.reading));
    converse(feed, out, err, child);
    return Ended{wait_for(child), std::move(out.text), std::move(err.text)};
}

std::vector<std::string> split_words(std::string_view command) {
    std::vector<std::string> words;
    for (std::size_t at = command.find_first_not_of(' '); at != std::string_view::npos;) {
        const std::size_t end = std::min(command.find(' ', at), command.size());
        words.emplace_back(command.substr(at, end - at));
        at = command.find_first_not_of(' ', end);
    }
    return words;
}

}  // namespace kith::cli
