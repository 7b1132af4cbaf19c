// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox host as depositors and owners meet it: durable deposits with signed receipts over some
// links, then all of them are collected over one link.
//
// Usage: bench_mailbox_link DIRECTORY [deposits, 40000] [links, 4]
#include "tests/bench/mailbox_peers.h"

#include <cstdio>
#include <cstdlib>

namespace kith::bench {
namespace {

Task<> measure(Client& client, std::size_t deposits, std::size_t count) {
    Link owner;
    co_await client.open(owner);
    co_await client.lease(owner, true);
    std::vector<Link> links(count);
    for (Link& link : links) {
        co_await client.open(link);
        client.prepare(link, deposits / count);
    }
    const double filled = co_await client.deposit(links);
    const std::size_t stored = deposits / count * count;
    std::printf(
        "%zu durable deposits of %zu bytes over %zu links: %.0f/s; receipt after %.1f ms (half), "
        "%.1f ms (99 %%), %.1f ms (slowest)\n",
        stored,
        envelope_size,
        count,
        static_cast<double>(stored) / filled,
        wait_of(links, 0.5) * 1e3,
        wait_of(links, 0.99) * 1e3,
        wait_of(links, 1) * 1e3);
    const double began = wall_seconds();
    const std::size_t collected = co_await client.collect(owner);
    const double took = wall_seconds() - began;
    std::printf("%zu envelopes collected over one link: %.0f/s\n",
                collected,
                static_cast<double>(collected) / took);
    if (collected != stored) give_up("not all that has a receipt is served");
}

}  // namespace
}  // namespace kith::bench

int main(int argc, char** argv) {
    using namespace kith::bench;
    serve_if_asked(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_mailbox_link DIRECTORY [deposits] [links]\n");
        return 2;
    }
    const std::size_t deposits = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 40000;
    const std::size_t links = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 4;
    if (links == 0 || deposits < links) return 2;
    HostProcess host(argv[1]);
    Client client(host.known());
    client.run(measure(client, deposits, links));
    std::fflush(stdout);
    host.kill();
    std::_Exit(0);
}
