// SPDX-License-Identifier: GPL-3.0-or-later
// What a day of a town gave: texts and how long they took, bytes by cause, look-ups.
#pragma once

#include "tests/sim/scale/town.h"

namespace kith::sim {

/// Of this process, in bytes.
std::size_t resident_memory();

class Figures {
  public:
    explicit Figures(Town& town) : town_(town) {}

    /// Counts from here.
    void begin();
    /// Counts up to here, and reads everybody's histories. Requires: all are on.
    void end();
    void print() const;

    std::size_t sent() const { return sent_; }

    std::size_t heard() const { return heard_; }

    std::size_t twice() const { return twice_; }

    std::size_t out_of_order() const { return out_of_order_; }

    /// What crossed the line of a node in the median, extrapolated to a day.
    std::uint64_t median_bytes() const;

  private:
    struct Line {
        std::uint64_t dht_bytes = 0;
        std::uint64_t dht_datagrams = 0;
        std::uint64_t link_bytes = 0;
    };

    Line line_of(const Resident& one) const;
    void read(const Resident& one);
    void read(const Resident& one, const Resident& from);
    void print_unheard(const Resident& from, const Resident& by);

    Town& town_;
    SteadyTime begin_{};
    SteadyTime end_{};
    std::vector<Line> before_;
    std::vector<Line> lines_;
    test::TrafficLedger ledger_;
    std::vector<DirectoryCall> lookups_;
    std::vector<DirectoryCall> publications_;
    std::size_t sent_ = 0;
    std::size_t heard_ = 0;
    std::size_t twice_ = 0;
    std::size_t out_of_order_ = 0;
    std::vector<Duration> present_;  // both were on
    std::vector<Duration> absent_;   // since the reader was on again
};

}  // namespace kith::sim
