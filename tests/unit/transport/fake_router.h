// SPDX-License-Identifier: GPL-3.0-or-later
// A home router on 127.0.0.1 that speaks NAT-PMP and UPnP IGD, each on a thread of its own.
#pragma once

#include "core/base/asio_net.h"

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kith::transport {

/// What a router does with requests, and what it was asked for.
struct RouterFacts {
    std::array<std::uint8_t, 4> address{203, 0, 113, 9};
    /// (protocol, external port) -> internal port.
    std::map<std::pair<std::string, int>, int> mapped;
    std::vector<std::string> asked;
    bool refuse_udp = false;
    bool only_permanent = false;
};

/// Shared by the router's thread and the test.
class RouterState {
  public:
    /// A copy of what holds now.
    RouterFacts now() const {
        const std::scoped_lock lock(mutex_);
        return facts_;
    }

    /// Calls `action` with the facts and nobody else near them.
    template <class Action>
    auto with(Action action) {
        const std::scoped_lock lock(mutex_);
        return action(facts_);
    }

  private:
    mutable std::mutex mutex_;
    RouterFacts facts_;
};

/// RFC 6886, on its fixed port 5351.
class FakeNatPmp {
  public:
    explicit FakeNatPmp(RouterState& state);
    ~FakeNatPmp();

    /// False when somebody else has the port.
    bool is_open() const { return open_; }

  private:
    void serve();
    static Bytes answer(RouterFacts& router, ByteView request);

    RouterState& state_;
    asio::io_context io_;
    Udp::socket socket_{io_};
    std::atomic<bool> open_{false};
    std::thread thread_;
};

class FakeIgd {
  public:
    explicit FakeIgd(RouterState& state);
    ~FakeIgd();

    /// URL of the device description.
    std::string url() const;

  private:
    void serve();
    static std::string answer(RouterFacts& router, const std::string& request);
    static std::string act(RouterFacts& router, const std::string& request);

    RouterState& state_;
    asio::io_context io_;
    Tcp::acceptor acceptor_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

}  // namespace kith::transport
