// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox host in a process of its own, on a disk and behind TLS, and the client that the benches
// ask it with: owner and depositor of one mailbox. Limits of the source and of the capability are
// out of the way; envelopes are made and signed before they are timed.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/system_clock.h"
#include "core/crypto/keys.h"
#include "core/transport/tls_transport.h"
#include "core/wire/frame.h"
#include "tests/support/seeded_random.h"

#include <array>
#include <string>
#include <vector>

namespace kith::bench {

inline constexpr std::size_t envelope_size = 1024;

[[noreturn]] void give_up(const std::string& why);

template <class T>
T need(Result<T> result) {
    if (!result) give_up(result.error().context);
    return *std::move(result);
}

double wall_seconds();

/// What the client has to know of the host.
struct Known {
    std::array<std::uint8_t, 32> link_key{};
    std::array<std::uint8_t, 32> host_key{};
    std::array<std::uint8_t, 32> beacon_seed{};
    std::uint16_t port = 0;
};

/// First in main(): a HostProcess is the same program, and does not return from here.
void serve_if_asked(int argc, char** argv);

/// A process that keeps mail in a directory until it is ended.
class HostProcess {
  public:
    /// Returns when it serves.
    explicit HostProcess(const std::string& directory);
    HostProcess(const HostProcess&) = delete;
    HostProcess& operator=(const HostProcess&) = delete;

    ~HostProcess() { kill(); }

    const Known& known() const { return known_; }

    /// Resident now, and at most so far, in KB.
    std::size_t resident() const { return status("VmRSS:"); }

    std::size_t peak() const { return status("VmHWM:"); }

    void forget_peak() const;

    /// As a power cut would, for the process.
    void kill();

  private:
    std::size_t status(const char* what) const;

    Known known_;
    int process_ = 0;
};

struct Link {
    std::unique_ptr<transport::Channel> channel;
    std::vector<Bytes> frames;  // deposits, ready to go
    std::uint32_t q = 0;
    std::vector<double> waits;  // seconds from a deposit to its receipt
};

class Client {
  public:
    explicit Client(const Known& known);

    /// Runs what there is to measure and ends.
    void run(Task<> measure);

    [[nodiscard]] Task<> open(Link& link);
    /// Proves the owner; `fresh` gives the depositor its capability.
    [[nodiscard]] Task<> lease(Link& link, bool fresh);
    void prepare(Link& link, std::size_t count);
    /// All that was prepared, 32 in flight on each link. Gives the seconds that it took.
    [[nodiscard]] Task<double> deposit(std::vector<Link>& links);
    /// How many there were.
    [[nodiscard]] Task<std::size_t> collect(Link& link);
    [[nodiscard]] Task<> rest(Duration time);

  private:
    [[nodiscard]] static Task<> deposit_on(Link& link);

    Known known_;
    asio::io_context io_;
    test::SeededRandom random_{2};
    SystemClock clock_;
    AsyncScope scope_;
    crypto::MailboxKey host_key_;
    crypto::BoxId box_;
    crypto::LeaseKeyPair owner_;
    test::SeededRandom fresh_;  // envelopes: other ones in each run; keys are the same
    crypto::DepositKeyPair depositor_;
    std::unique_ptr<transport::TlsTransport> transport_;
};

/// 0 < `share` < 1 of all waits on these links were shorter; 1: the longest.
double wait_of(const std::vector<Link>& links, double share);

}  // namespace kith::bench
