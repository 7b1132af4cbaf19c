// SPDX-License-Identifier: GPL-3.0-or-later
// Durable one-way messages through the control socket: clients with 64 calls in flight each; a
// message counts when its end-to-end receipt is durable at the sender, which the sender's outbox
// says. Two daemons must run and know each other (tests/bench/durable_send.py starts them).
//
//   durable_send SOCKET WHO MESSAGES [CLIENTS [IN_FLIGHT [BYTES]]]
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace {

using Time = std::chrono::steady_clock::time_point;

double seconds_since(Time begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

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

std::uint64_t outbox(Client& client) {
    client.write(R"({"jsonrpc":"2.0","id":9,"method":"status.show"})"
                 "\n");
    client.read_lines();
    const auto at = client.last.find("\"outbox\":");
    return std::strtoull(client.last.c_str() + at + 9, nullptr, 10);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::puts("durable_send SOCKET WHO MESSAGES [CLIENTS [IN_FLIGHT [BYTES]]]");
        return 2;
    }
    const std::string path = argv[1];
    const std::string who = argv[2];
    const std::size_t total = std::strtoull(argv[3], nullptr, 10);
    const std::size_t count = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 8;
    const std::size_t window = argc > 5 ? std::strtoull(argv[5], nullptr, 10) : 64;
    const std::size_t bytes = argc > 6 ? std::strtoull(argv[6], nullptr, 10) : 300;
    const std::string call = R"({"jsonrpc":"2.0","id":7,"method":"message.send","params":{"to":")" +
                             who + R"(","text":")" + std::string(bytes, 'x') + "\"}}\n";
    std::vector<Client> clients;
    for (std::size_t i = 0; i < count; ++i)
        clients.emplace_back(path);
    Client watcher(path);
    std::size_t sent = 0;
    std::size_t answered = 0;
    const Time begin = std::chrono::steady_clock::now();
    std::vector<pollfd> polled;
    for (const auto& client : clients) {
        std::string first;
        for (std::size_t i = 0; i < window && sent < total; ++i, ++sent)
            first += call;
        client.write(first);
        polled.push_back({client.socket(), POLLIN, 0});
    }
    while (answered < total) {
        ::poll(polled.data(), polled.size(), -1);
        for (std::size_t i = 0; i < clients.size(); ++i) {
            if ((polled[i].revents & POLLIN) == 0) continue;
            const std::size_t lines = clients[i].read_lines();
            const std::size_t refused = std::exchange(clients[i].refused, 0);
            answered += lines - refused;
            sent -= refused;
            if (refused > 0) ::usleep(1000);
            std::string more;
            for (std::size_t k = 0; k < lines && sent < total; ++k, ++sent)
                more += call;
            if (!more.empty()) clients[i].write(more);
        }
    }
    const double durable = seconds_since(begin);
    while (outbox(watcher) != 0)
        ::usleep(2000);
    const double delivered = seconds_since(begin);
    std::printf("%zu messages of %zu bytes: durable at the sender %.0f/s, receipted %.0f/s\n",
                total,
                bytes,
                static_cast<double>(total) / durable,
                static_cast<double>(total) / delivered);
}
