// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox host that holds a million envelopes: its memory while they come, while it has nothing
// to do and after kill -9 and a start; how long that start takes until an owner is answered; what
// deposits and collecting cost then. Host and client are processes of their own.
//
// Usage: bench_mailbox_held DIRECTORY [envelopes, 1000000] [--keep]
// --keep: what DIRECTORY holds is left there, and used by the next run with --keep.
#include "tests/bench/mailbox_peers.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace kith::bench {
namespace {

constexpr std::size_t links_count = 4;
constexpr std::size_t round_size = 40000;
constexpr std::size_t later = 20000;  // deposits while so many are held
// Longer than the store waits before it gives memory back.
constexpr Duration idle = seconds(15);

void say_memory(const HostProcess& host, const char* when) {
    std::printf("  %-34s %6.1f MB resident, %6.1f at most\n",
                when,
                static_cast<double>(host.resident()) / 1024,
                static_cast<double>(host.peak()) / 1024);
    std::fflush(stdout);
    host.forget_peak();
}

Task<> open(Client& client, std::vector<Link>& links) {
    for (Link& link : links)
        co_await client.open(link);
}

Task<> fill(Client& client, const HostProcess& host, std::size_t count) {
    Link owner;
    co_await client.open(owner);
    co_await client.lease(owner, true);
    std::vector<Link> links(links_count);
    co_await open(client, links);
    double took = 0;
    double slowest = 0;
    for (std::size_t done = 0; done < count; done += round_size) {
        for (Link& link : links)
            client.prepare(link, std::min(round_size, count - done) / links_count);
        took += co_await client.deposit(links);
        slowest = std::max(slowest, wait_of(links, 1));
    }
    std::printf("%zu deposits: %.0f/s, slowest receipt %.0f ms\n",
                count,
                static_cast<double>(count) / took,
                slowest * 1e3);
    say_memory(host, "while they came");
    co_await client.rest(idle);
    say_memory(host, "with nothing to do");
}

Task<> first_answer(Client& client, double began) {
    Link owner;
    co_await client.open(owner);
    co_await client.lease(owner, false);
    std::printf("start to the first answer: %.2f s\n", wall_seconds() - began);
}

Task<> use(Client& client, const HostProcess& host, std::size_t held) {
    say_memory(host, "after the start");
    co_await client.rest(idle);
    say_memory(host, "with nothing to do");
    std::vector<Link> links(links_count);
    co_await open(client, links);
    for (Link& link : links)
        client.prepare(link, later / links_count);
    const double took = co_await client.deposit(links);
    std::printf("%zu deposits more: %.0f/s; receipt after %.1f ms (half), %.1f ms (99 %%)\n",
                later,
                static_cast<double>(later) / took,
                wait_of(links, 0.5) * 1e3,
                wait_of(links, 0.99) * 1e3);
    say_memory(host, "while they came");
    Link owner;
    co_await client.open(owner);
    co_await client.lease(owner, false);
    const double began = wall_seconds();
    const std::size_t collected = co_await client.collect(owner);
    std::printf("%zu collected: %.0f/s\n",
                collected,
                static_cast<double>(collected) / (wall_seconds() - began));
    say_memory(host, "while they went");
    if (collected < held + later) give_up("not all that has a receipt is served");
}

void run(const std::string& directory, std::size_t count) {
    if (!std::filesystem::exists(directory)) {
        HostProcess host(directory);
        Client client(host.known());
        client.run(fill(client, host, count));
    }
    const double began = wall_seconds();
    HostProcess host(directory);
    Client client(host.known());
    client.run(first_answer(client, began));
    client.run(use(client, host, count));
}

}  // namespace
}  // namespace kith::bench

int main(int argc, char** argv) {
    kith::bench::serve_if_asked(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_mailbox_held DIRECTORY [envelopes] [--keep]\n");
        return 2;
    }
    const bool keep = std::strcmp(argv[argc - 1], "--keep") == 0;
    const std::string directory = std::string(argv[1]) + "/kith-bench-held";
    const std::size_t asked = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
    const std::size_t count = asked == 0 ? 1000000 : asked;
    if (!keep) std::filesystem::remove_all(directory);
    kith::bench::run(directory, count / 4 * 4);
    if (!keep) std::filesystem::remove_all(directory);
    std::fflush(stdout);
    std::_Exit(0);
}
