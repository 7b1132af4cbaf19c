// SPDX-License-Identifier: GPL-3.0-or-later
// A control socket that answers as a test tells it, and a way to run the real `kith` against it.
#pragma once

#include "cli/descriptor.h"
#include "cli/run_program.h"
#include "core/api/json_line.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kith::test {

/// A directory that is removed at the end.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// Serves one client after another on a thread of its own.
class FakeDaemon {
  public:
    /// Lines to write for one call, each with its LF.
    using Answer = std::function<std::string(const api::Request&)>;

    FakeDaemon();
    ~FakeDaemon();
    FakeDaemon(const FakeDaemon&) = delete;
    FakeDaemon& operator=(const FakeDaemon&) = delete;

    const std::string& socket() const { return socket_path_; }

    void on(std::string method, Answer answer);

    template <class P>
    void answer(const typename P::Result& result) {
        on(std::string(api::name_of<P>()), [result](const api::Request& request) {
            std::string line;
            api::append_answer(line, request.id, result);
            return line;
        });
    }

    void fail(std::string method, api::Failure failure) {
        on(std::move(method), [failure = std::move(failure)](const api::Request& request) {
            std::string line;
            api::append_failure(line, request.id, failure);
            return line;
        });
    }

    /// Lists that are asked for page by page: once `items`, then nothing.
    template <class P>
    void answer_once(const typename P::Result& items) {
        on(std::string(api::name_of<P>()),
           [items, given = false](const api::Request& request) mutable {
               std::string line;
               api::append_answer(line, request.id, given ? typename P::Result{} : items);
               given = true;
               return line;
           });
    }

    /// Names of the methods that were called, hello left out.
    std::vector<std::string> calls() const;
    /// Parameters of the last call of that method, as JSON.
    std::string parameters(const std::string& method) const;

  private:
    void serve();
    void serve_client(int client);
    std::string answer_to(std::string_view line);

    TemporaryDirectory directory_;
    std::string socket_path_;
    cli::Descriptor listener_;
    cli::Descriptor stop_reading_;
    cli::Descriptor stop_writing_;
    mutable std::mutex mutex_;  // over all that follows
    std::map<std::string, Answer> answers_;
    std::vector<std::string> calls_;
    std::map<std::string, std::string> parameters_;
    std::thread thread_;
};

/// A daemon with an identity, contacts, messages and a network; every text in it is `text`.
void furnish(FakeDaemon& daemon, const std::string& text);

/// The real program with a socket and without a terminal.
cli::Ended run_kith(const std::string& socket,
                    std::vector<std::string> words,
                    const std::string& input = {},
                    std::vector<std::string> environment = {});

}  // namespace kith::test
