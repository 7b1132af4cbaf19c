// SPDX-License-Identifier: GPL-3.0-or-later
// The calling half of a transport: runs dials, as many at once as is allowed, and remembers where
// somebody else than the callee answered. For the strand only.
#pragma once

#include "core/transport/dial_race.h"

#include <map>

namespace kith::transport {

/// Dials at the same time; a whole dial; how long an address at which somebody else answered is
/// left out, and how many such addresses are remembered.
inline constexpr std::size_t dials_at_once = 16;
inline constexpr Duration dial_limit = seconds(8);
inline constexpr Duration wrong_address_rest = minutes(10);
inline constexpr std::size_t wrong_addresses = 1024;

class Dialler {
  public:
    /// `counters` must outlive this.
    Dialler(asio::any_io_executor executor,
            Clock& clock,
            MakeStream make_stream,
            TransportCounters& counters);

    /// Requires: `policy` outlives stop().
    void start(const LinkPolicy& policy) { policy_ = &policy; }

    /// As Transport::dial(). `own`: the addresses of this host.
    [[nodiscard]] Task<Result<std::unique_ptr<Channel>>> dial(DialRequest request,
                                                              std::vector<LocalAddress> own,
                                                              SteadyTime deadline);

    /// Ends all dials under way and waits for them.
    [[nodiscard]] Task<> stop();

  private:
    // An address that belongs to somebody else than this callee.
    using WrongAddress = std::pair<crypto::CallId, Endpoint>;

    Result<> check(const DialRequest& request) const;
    std::vector<Endpoint> without_wrong(const crypto::CallId& cid,
                                        const std::vector<Endpoint>& candidates);
    void remember_wrong(const crypto::CallId& cid, const std::vector<Endpoint>& addresses);

    asio::any_io_executor executor_;
    Clock& clock_;
    MakeStream make_stream_;
    TransportCounters& counters_;
    const LinkPolicy* policy_ = nullptr;
    std::vector<DialRace*> races_;
    std::map<WrongAddress, SteadyTime> wrong_;
    AsyncEvent ended_;
    bool stopping_ = false;
};

}  // namespace kith::transport
