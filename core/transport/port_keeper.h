// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a port of the router open for us while we run: asks for the listen port, then for three
// others; for two hours, again after one; takes it back at the end. For the strand only; the router
// is asked on the worker.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/worker.h"
#include "core/transport/port_map.h"

#include <functional>
#include <optional>

namespace kith::transport {

inline constexpr Duration map_lease = hours(2);
inline constexpr Duration map_renewal = hours(1);
/// Ports tried after the listen port when the router says no.
inline constexpr int map_other_ports = 3;

class PortKeeper {
  public:
    /// map_port(), or what a test has in its place. Called on the worker thread.
    using AskRouter = std::function<Result<MappedPort>(const MapRequest&)>;
    /// The mapping came, changed, or went.
    using OnChange = std::function<void(const std::optional<MappedPort>&)>;

    PortKeeper(asio::any_io_executor executor,
               Clock& clock,
               Random& random,
               Worker& worker,
               AskRouter ask,
               OnChange on_change);

    /// Begins to keep `port`.
    void start(std::uint16_t port);

    /// The network has changed: asks again now.
    void renew() { again_.set(); }

    const std::optional<MappedPort>& mapped() const { return mapped_; }

    /// Takes the port back and waits for the router, a few seconds at most.
    [[nodiscard]] Task<> stop();

  private:
    [[nodiscard]] Task<> keep(std::uint16_t port);
    [[nodiscard]] Task<Result<MappedPort>> ask_for_any(std::uint16_t port);
    [[nodiscard]] Task<Result<MappedPort>> ask(MapRequest request);
    void settle(const Result<MappedPort>& mapped);

    Clock& clock_;
    Random& random_;
    Worker& worker_;
    AskRouter ask_;
    OnChange on_change_;
    std::uint16_t external_port_ = 0;  // given last; asked for first when renewing
    std::optional<MappedPort> mapped_;
    bool stopping_ = false;
    AsyncEvent again_;
    AsyncScope scope_;
};

}  // namespace kith::transport
