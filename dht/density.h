// SPDX-License-Identifier: GPL-3.0-or-later
// How many nodes take part in the DHT, by how near those are that answer to a random place. Of n
// nodes with random ids the k-th nearest is at about k / n of the whole space. A node's own table
// says less: it does not shrink when others leave.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace kith::dht {

class Density {
  public:
    /// Places of one measurement, and kept in all.
    static constexpr std::size_t fresh = 2;
    static constexpr std::size_t kept = 4;

    /// Distances from a place of the nodes that answered to it, as shares of the whole space.
    void add(std::vector<double> distances) {
        if (distances.empty()) return;
        std::ranges::sort(distances);
        const std::size_t k = std::min(distances.size(), nearest);
        places_.push_back({k, distances[k - 1]});
        if (places_.size() > kept) places_.pop_front();
    }

    /// nullopt: nothing is known.
    std::optional<std::size_t> nodes() const {
        std::size_t count = 0;
        double space = 0;
        for (const Place& place : places_) {
            count += place.nodes;
            space += place.space;
        }
        if (count < 2 || space <= 0) return std::nullopt;
        // The sum of such distances is gamma distributed: one less takes the bias out.
        return static_cast<std::size_t>(static_cast<double>(count - 1) / space);
    }

  private:
    // All nodes that are this near are known: OpenDHT asks the eight nearest.
    static constexpr std::size_t nearest = 8;

    struct Place {
        std::size_t nodes;
        double space;
    };

    std::deque<Place> places_;
};

}  // namespace kith::dht
