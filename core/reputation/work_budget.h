// SPDX-License-Identifier: GPL-3.0-or-later
// How much of this machine strangers may use by having their work checked: a tenth of one core in
// all, a proof a second for one source, nothing for a while after a false one.
//
// Checking costs us 2 ms, and a false proof costs its maker nothing; so the check itself must be
// rationed, and it comes after everything that is free. Specification:
// docs/spec/reputation.md#verification-budget.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/gcra.h"
#include "core/reputation/penalty.h"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace kith::reputation {

/// One for a process. Not thread-safe: it runs on the strand, the checks on the worker.
class WorkBudget {
  public:
    /// Proofs that are checked at one time, of the worker's sixteen places.
    static constexpr std::size_t at_once = 8;
    /// Sources remembered. Beyond: those that owe nothing go; a new one is then bounded by the
    /// total alone.
    static constexpr std::size_t sources_max = 4096;

    /// @param evaluation  measured time of one evaluation; decides how many a tenth of a core is,
    ///                    between 4 and 200 a second
    explicit WorkBudget(Duration evaluation);

    enum class Answer : std::uint8_t {
        Check,
        Later,  ///< BUSY(rate), or REFUSE(busy) from a host: `wait` says how long
        Drop,   ///< the source showed false work: `wait` says for how long yet
    };

    struct Permit {
        Answer answer = Answer::Check;
        Duration wait{};
    };

    /// Asks to check one proof and books its four evaluations. After Check, finished() must follow.
    /// nullopt, a mailbox, which cannot see what is wrong with it, and the loopback address count
    /// for no source.
    Permit ask(const std::optional<Endpoint>& source, SteadyTime now);

    /// @param evaluations  that were really done, 1..4 (up to 5 with a second key of the day)
    /// @param valid  the work was right
    void finished(const std::optional<Endpoint>& source,
                  unsigned evaluations,
                  bool valid,
                  SteadyTime now);

    /// Evaluations a second, all sources together.
    std::uint32_t per_second() const { return per_second_; }

    std::size_t sources() const { return sources_.size(); }

  private:
    struct Source {
        Gcra<SteadyTime> proofs;
        Penalty<SteadyTime> penalty;
    };

    Source* find(const NetworkPrefix& prefix);
    Source* source(const NetworkPrefix& prefix);
    void make_room(SteadyTime now);

    std::uint32_t per_second_;
    Pace total_pace_;
    Gcra<SteadyTime> total_;
    std::size_t running_ = 0;
    // Keyed by prefixes that a stranger may choose, hence bounded.
    std::unordered_map<NetworkPrefix, Source, ByteHash> sources_;
    SteadyTime swept_{};
};

/// What proofs are counted by: /24 of IPv4, /48 of IPv6.
NetworkPrefix work_source(const Endpoint& endpoint);

}  // namespace kith::reputation
