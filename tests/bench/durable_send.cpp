// SPDX-License-Identifier: GPL-3.0-or-later
// Durable one-way messages through the control socket: clients with 64 calls in flight each; a
// message counts when its end-to-end receipt is durable at the sender, which the sender's outbox
// says. Two daemons must run and know each other (tests/bench/durable_send.py starts them).
//
//   durable_send SOCKET WHO MESSAGES [CLIENTS [IN_FLIGHT [BYTES]]]
#include "tests/bench/control_client.h"
#include "tests/bench/measure.h"

#include <poll.h>

#include <vector>

namespace {

using namespace kith::bench;

std::uint64_t outbox(Client& client) {
    client.write(ask_outbox);
    client.read_lines();
    return outbox_of(client.last);
}

std::size_t begin_calls(const Client& client, const std::string& call, std::size_t count) {
    std::string calls;
    for (std::size_t i = 0; i < count; ++i)
        calls += call;
    client.write(calls);
    return count;
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
    const std::string call = send_call(who, bytes);
    std::vector<Client> clients;
    for (std::size_t i = 0; i < count; ++i)
        clients.emplace_back(path);
    Client watcher(path);
    std::size_t sent = 0;
    std::size_t answered = 0;
    const double begin = seconds_now();
    std::vector<pollfd> polled;
    for (const auto& client : clients) {
        sent += begin_calls(client, call, std::min(window, total - sent));
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
    const double durable = seconds_now() - begin;
    while (outbox(watcher) != 0)
        ::usleep(2000);
    const double delivered = seconds_now() - begin;
    std::printf("%zu messages of %zu bytes: durable at the sender %.0f/s, receipted %.0f/s\n",
                total,
                bytes,
                static_cast<double>(total) / durable,
                static_cast<double>(total) / delivered);
}
