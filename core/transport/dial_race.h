// SPDX-License-Identifier: GPL-3.0-or-later
// One dial: calls the addresses of a plan until one has proven to be the callee. The first to
// finish the link handshake wins, not the first to answer. For the strand only.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/clock.h"
#include "core/transport/dial_plan.h"
#include "core/transport/transport.h"

#include <functional>
#include <memory>
#include <vector>

namespace kith::transport {

/// A stream that is not connected yet.
using MakeStream = std::function<std::unique_ptr<FrameStream>()>;

class DialRace {
  public:
    /// All must outlive run().
    DialRace(const asio::any_io_executor& executor,
             Clock& clock,
             const MakeStream& make_stream,
             const LinkPolicy& policy,
             TransportCounters& counters,
             DialRequest request,
             DialPlan plan);

    /// Errors as Transport::dial().
    [[nodiscard]] Task<Result<std::unique_ptr<Channel>>> run(SteadyTime deadline);

    /// Lets run() end at once.
    void cancel();

    /// Addresses at which somebody else answered.
    const std::vector<Endpoint>& met_another() const { return met_another_; }

  private:
    [[nodiscard]] Task<> attempt(Endpoint to);
    [[nodiscard]] Task<Result<LinkInfo>> call(FrameStream* stream, Endpoint to);
    [[nodiscard]] Task<> wait_for_news(SteadyTime until);

    Clock& clock_;
    const MakeStream& make_stream_;
    const LinkPolicy& policy_;
    TransportCounters& counters_;
    DialRequest request_;
    DialPlan plan_;
    std::vector<FrameStream*> running_;
    std::unique_ptr<Channel> winner_;
    std::vector<Endpoint> met_another_;
    Error last_;
    bool over_ = false;  // no new attempt begins
    bool cancelled_ = false;
    AsyncEvent news_;
    AsyncScope scope_;
};

}  // namespace kith::transport
