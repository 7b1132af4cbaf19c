// SPDX-License-Identifier: GPL-3.0-or-later
// The control socket as fast scripts use it: lines out, answers counted. A bench has nothing to do
// without its daemon, so what goes wrong ends the program.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace kith::bench {

class Client {
  public:
    explicit Client(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            std::perror("connect");
            std::exit(1);
        }
        write(R"({"jsonrpc":"2.0","id":1,"method":"hello","params":{"client":"bench","api":[1]}})"
              "\n");
        read_lines();
    }

    int socket() const { return socket_; }

    /// What the socket takes of the bytes at once.
    std::size_t offer(const std::string& bytes) const {
        const auto done = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        return done < 0 ? 0 : static_cast<std::size_t>(done);
    }

    void write(const std::string& bytes) const {
        for (std::size_t at = 0; at < bytes.size();) {
            const auto done = ::write(socket_, bytes.data() + at, bytes.size() - at);
            if (done <= 0) std::exit(1);
            at += static_cast<std::size_t>(done);
        }
    }

    /// Lines that have come; waits for at least one. The last one is kept whole in `last`.
    std::size_t read_lines() {
        char buffer[65536];
        std::size_t lines = 0;
        while (lines == 0) {
            const auto got = ::read(socket_, buffer, sizeof buffer);
            if (got <= 0) std::exit(1);
            for (ssize_t i = 0; i < got; ++i) {
                if (buffer[i] != '\n') {
                    rest_.push_back(buffer[i]);
                    continue;
                }
                last = std::move(rest_);
                rest_.clear();
                if (last.find("\"busy\"") != std::string::npos) {
                    ++refused;
                } else if (last.find("\"error\"") != std::string::npos) {
                    std::puts(last.c_str());
                    std::exit(1);
                }
                ++lines;
            }
        }
        return lines;
    }

    std::string last;
    /// Calls that came while the outbox was full: to be made again.
    std::size_t refused = 0;

  private:
    int socket_;
    std::string rest_;
};

/// The number behind "outbox" in an answer to `ask_outbox`.
inline std::uint64_t outbox_of(const std::string& answer) {
    const auto at = answer.find("\"outbox\":");
    return std::strtoull(answer.c_str() + at + 9, nullptr, 10);
}

inline const std::string ask_outbox = R"({"jsonrpc":"2.0","id":9,"method":"status.show"})"
                                      "\n";

/// A call that sends a text of so many bytes.
inline std::string send_call(const std::string& who, std::size_t bytes) {
    return R"({"jsonrpc":"2.0","id":7,"method":"message.send","params":{"to":")" + who +
           R"(","text":")" + std::string(bytes, 'x') + "\"}}\n";
}

}  // namespace kith::bench
