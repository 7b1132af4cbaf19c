// SPDX-License-Identifier: GPL-3.0-or-later
// Listens on TCP and hands whom the gate admits to the reception. Nothing is allocated for those
// whom it does not. For the strand only.
#pragma once

#include "core/base/async_scope.h"
#include "core/transport/reception.h"
#include "core/transport/tls_stream.h"

#include <list>
#include <memory>
#include <vector>

namespace kith::transport {

class TlsListener {
  public:
    /// `reception` must outlive this.
    TlsListener(std::shared_ptr<TlsShared> shared, Reception& reception);

    /// Binds. Several endpoints with port 0 get the same port. An IPv6 wildcard is left out where
    /// the host has no IPv6. Errors: Busy (the port is in use), InvalidArgument (no such address
    /// here, or not permitted).
    Result<> bind(const std::vector<Endpoint>& endpoints);

    /// Begins to accept.
    void start();

    std::vector<Endpoint> listening() const;

    [[nodiscard]] Task<> stop();

  private:
    Result<> bind_one(const Endpoint& endpoint);
    [[nodiscard]] Task<> accept_loop(Tcp::acceptor* acceptor);
    void welcome(Tcp::socket socket, const Endpoint& from);
    void refresh_local();

    std::shared_ptr<TlsShared> shared_;
    Reception& reception_;
    std::list<Tcp::acceptor> acceptors_;
    AsyncEvent stopping_;
    AsyncScope scope_;
    std::optional<SteadyTime> local_read_;
};

}  // namespace kith::transport
