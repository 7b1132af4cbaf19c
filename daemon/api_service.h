// SPDX-License-Identifier: GPL-3.0-or-later
// The control API as a whole: finds the handler of a call, holds back what needs the node while it
// is being opened, and owns the coroutines of calls.
#pragma once

#include "daemon/api_connection.h"
#include "daemon/api_context.h"
#include "daemon/api_methods.h"
#include "daemon/event_streams.h"

namespace kith::daemon {

class ApiService final : public ApiDispatcher {
  public:
    struct Lent {
        Clock& clock;
        Profile& profile;
        ConfigStore& config;
        std::string version;
        std::function<void()> stop;
    };

    ApiService(asio::any_io_executor executor, Lent lent);

    bool ready_for(const api::Request& request) const override;
    void call(api::Request request, ApiReply reply, ApiConnection& client) override;

    /// Ends streams and waits for the calls that use the node (Profile::Hooks::let_go). The node
    /// must have been stopped: it ends what waits in it.
    [[nodiscard]] Task<> let_go();

    /// Waits until the profile is in one state again.
    [[nodiscard]] Task<> join_transitions() { return transitions_.join(); }

    const ApiMethods& methods() const { return methods_; }

  private:
    AsyncScope calls_;
    AsyncScope transitions_;
    EventStreams streams_;
    ApiContext context_;
    ApiMethods methods_;
};

}  // namespace kith::daemon
