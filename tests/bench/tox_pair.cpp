// SPDX-License-Identifier: GPL-3.0-or-later
// The yardstick for messages with receipts: two c-toxcore instances in two processes on the
// loopback, so many messages in flight. Nothing is stored on either side. Receipts come about every
// 50 ms, so the rate is what is in flight divided by that, until the processor is the limit.
//
//   tox_pair [SECONDS] [BYTES] [IN_FLIGHT]
#include "tests/bench/measure.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <tox/tox.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace {

using kith::bench::seconds_now;

constexpr std::uint16_t first_port = 33500;
constexpr double patience = 120;

struct Peer {
    Tox* tox = nullptr;
    bool connected = false;
    std::uint64_t received = 0;
    std::uint64_t receipts = 0;
};

// What one has to know of the other.
struct Address {
    std::array<std::uint8_t, TOX_PUBLIC_KEY_SIZE> key{};
    std::array<std::uint8_t, TOX_PUBLIC_KEY_SIZE> dht{};
    std::uint16_t port = 0;
};

[[noreturn]] void give_up(const char* what) {
    std::fprintf(stderr, "tox: %s\n", what);
    std::exit(1);
}

Peer& peer_of(void* user) {
    return *static_cast<Peer*>(user);
}

Tox* make(std::uint16_t port) {
    Tox_Options* const options = tox_options_new(nullptr);
    tox_options_set_local_discovery_enabled(options, false);
    tox_options_set_start_port(options, port);
    tox_options_set_end_port(options, static_cast<std::uint16_t>(port + 50));
    Tox* const tox = tox_new(options, nullptr);
    tox_options_free(options);
    if (tox == nullptr) give_up("cannot start");
    return tox;
}

Address address_of(const Tox* tox) {
    Address out;
    tox_self_get_public_key(tox, out.key.data());
    tox_self_get_dht_id(tox, out.dht.data());
    out.port = tox_self_get_udp_port(tox, nullptr);
    return out;
}

Address exchange(int socket, const Address& own) {
    Address other;
    if (::send(socket, &own, sizeof own, 0) != sizeof own ||
        ::recv(socket, &other, sizeof other, MSG_WAITALL) != sizeof other) {
        give_up("the other process is gone");
    }
    return other;
}

void listen_to(Tox* tox) {
    tox_callback_friend_connection_status(
        tox, [](Tox*, std::uint32_t, Tox_Connection state, void* user) {
            peer_of(user).connected = state != TOX_CONNECTION_NONE;
        });
    tox_callback_friend_message(
        tox,
        [](Tox*, std::uint32_t, Tox_Message_Type, const std::uint8_t*, std::size_t, void* user) {
            ++peer_of(user).received;
        });
    tox_callback_friend_read_receipt(
        tox, [](Tox*, std::uint32_t, std::uint32_t, void* user) { ++peer_of(user).receipts; });
}

// Not at its own pace of 50 ms: as fast as it can make use of.
void step(Peer& peer) {
    tox_iterate(peer.tox, &peer);
    ::usleep(50);
}

void connect(Peer& peer, const Address& other) {
    tox_friend_add_norequest(peer.tox, other.key.data(), nullptr);
    tox_bootstrap(peer.tox, "127.0.0.1", other.port, other.dht.data(), nullptr);
    const double began = seconds_now();
    while (!peer.connected) {
        if (seconds_now() - began > patience) give_up("not connected in two minutes");
        step(peer);
    }
}

int serve(int socket) {
    Peer peer{make(first_port + 100)};
    listen_to(peer.tox);
    connect(peer, exchange(socket, address_of(peer.tox)));
    char word = 0;
    while (::recv(socket, &word, 1, MSG_DONTWAIT) != 0)
        step(peer);
    return 0;
}

int measure(int socket, double seconds, std::size_t bytes, std::uint64_t in_flight) {
    Peer peer{make(first_port)};
    listen_to(peer.tox);
    const double began = seconds_now();
    connect(peer, exchange(socket, address_of(peer.tox)));
    std::printf("tox_connect_s %.2f\n", seconds_now() - began);
    const std::vector<std::uint8_t> text(bytes, 'x');
    // The congestion control needs a while to find its rate.
    double from = seconds_now() + seconds / 3;
    const double until = from + seconds;
    std::uint64_t sent = 0;
    std::uint64_t receipts_before = 0;
    bool counting = false;
    while (seconds_now() < until) {
        if (!counting && seconds_now() >= from) {
            counting = true;
            from = seconds_now();
            receipts_before = peer.receipts;
        }
        while (sent - peer.receipts < in_flight) {
            Tox_Err_Friend_Send_Message error{};
            tox_friend_send_message(
                peer.tox, 0, TOX_MESSAGE_TYPE_NORMAL, text.data(), text.size(), &error);
            if (error != TOX_ERR_FRIEND_SEND_MESSAGE_OK) break;
            ++sent;
        }
        step(peer);
    }
    std::printf("tox_receipts_per_s %.0f\n",
                static_cast<double>(peer.receipts - receipts_before) / (seconds_now() - from));
    return 0;
}

}  // namespace

int main(int count, char** words) {
    const double seconds = count > 1 ? std::atof(words[1]) : 10;
    const std::size_t bytes = count > 2 ? std::strtoul(words[2], nullptr, 10) : 300;
    const std::uint64_t in_flight = count > 3 ? std::strtoul(words[3], nullptr, 10) : 4096;
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) give_up("no socket pair");
    const pid_t child = ::fork();
    if (child < 0) give_up("no process");
    if (child == 0) {
        ::close(ends[0]);
        return serve(ends[1]);
    }
    ::close(ends[1]);
    const int result = measure(ends[0], seconds, bytes, in_flight);
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return result;
}
