// SPDX-License-Identifier: GPL-3.0-or-later
// One person of the demo: a daemon with a directory of its own, driven through the control API.
#pragma once

#include "cli/api_client.h"
#include "core/api/account.h"
#include "core/api/contacts.h"

#include <functional>
#include <memory>
#include <string>

namespace kith::cli::demo {

/// Set by SIGINT, SIGTERM, SIGHUP and SIGPIPE while it lives; waits of the cast end soon after.
class Interruption {
  public:
    Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;
    ~Interruption();

    /// 0, or the number of the signal.
    static int signal();
    /// A failure with the exit code of the signal.
    static api::Failure failure();

  private:
    struct Handlers;
    std::unique_ptr<Handlers> before_;
};

class Actor {
  public:
    /// Nothing happens yet. `home` will be this daemon's KITH_HOME. A keeper keeps mail for the
    /// whole network.
    Actor(std::string name, std::string home, bool keeper = false);
    Actor(const Actor&) = delete;
    Actor& operator=(const Actor&) = delete;
    /// Ends the daemon.
    ~Actor();

    const std::string& name() const { return name_; }

    /// Starts kithd, on the same port each time, and follows its events if it has an identity.
    api::Outcome<> start();
    /// Makes the identity, and follows its events from then on.
    api::Outcome<api::Identity> set_up(const std::string& network);
    /// kill -9: no good-bye, nothing flushed.
    void kill();
    /// SIGTERM, and SIGKILL if that is not enough.
    void stop();

    template <class P>
    api::Outcome<typename P::Result> call(const P& parameters) {
        if (!client_) return api::failure(api::Problem::NoDaemon);
        return client_->call(parameters, seconds(20));
    }

    /// Asks again at every event, until the answer is true. `what` is for the failure.
    api::Outcome<> until(const std::string& what, const std::function<api::Outcome<bool>()>& done);
    /// The next incoming message.
    api::Outcome<api::Message> hear();

  private:
    api::Outcome<> follow();
    api::Outcome<> take_events(Duration patience);

    std::string name_;
    std::string home_;
    bool keeper_;
    std::string port_;
    int pid_ = 0;
    std::unique_ptr<ApiClient> client_;
    std::deque<api::Message> heard_;
};

}  // namespace kith::cli::demo
