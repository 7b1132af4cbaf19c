// SPDX-License-Identifier: GPL-3.0-or-later
// The control socket: who may connect, how many, and the end of all of them.
#pragma once

#include "core/base/async_scope.h"
#include "daemon/api_connection.h"
#include "daemon/descriptor.h"

#include <list>

namespace kith::daemon {

using ApiAcceptor = asio::local::stream_protocol::acceptor;

class ApiServer {
  public:
    ApiServer(asio::any_io_executor executor, ApiDispatcher& dispatcher, Clock& clock);
    /// Requires: stop() has returned, or nothing was started.
    ~ApiServer();

    /// Binds the socket with mode 0600 and accepts. A socket file that is left over is removed:
    /// the caller holds the profile's lock. Refused: the path is something else than a socket.
    Result<> listen(const std::string& path);
    /// Accepts on a socket that systemd made and bound.
    Result<> adopt(Descriptor socket);

    std::size_t clients() const { return clients_.size(); }

    /// The dispatcher may be ready for calls that wait.
    void resume();

    /// Takes no more clients and calls. What is under way is still answered.
    void finish();

    /// finish(), then waits until all answers have left, for `patience` at most.
    [[nodiscard]] Task<> stop(Duration patience);

  private:
    void start();
    [[nodiscard]] Task<> accept_loop();
    void admit(ApiSocket socket);
    [[nodiscard]] Task<> serve(std::list<ApiConnection>::iterator client);

    ApiDispatcher& dispatcher_;
    Clock& clock_;
    AsyncScope scope_;
    ApiAcceptor acceptor_;
    std::list<ApiConnection> clients_;
    std::string path_;  // removed at the end; empty when systemd owns it
    bool stopping_ = false;
};

}  // namespace kith::daemon
