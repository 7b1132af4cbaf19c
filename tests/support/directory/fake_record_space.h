// SPDX-License-Identifier: GPL-3.0-or-later
// The records that the fake directories of simulated nodes share, and the ways in which a directory
// can fail or lie. Nodes of different networks share nothing.
#pragma once

#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/directory/directory.h"
#include "core/directory/epoch.h"
#include "core/identity/network.h"

#include <functional>
#include <map>
#include <vector>

namespace kith::test {

class FakeDirectory;

/// How the nodes around one location answer readers.
enum class Holders {
    Honest,
    Withhold,  // never anything
    RollBack,  // the oldest record that they ever held
    Forge,     // the newest record with a byte changed, then the record itself
    Junk,      // bytes that are no record, as many as a reader takes
};

class FakeRecordSpace {
  public:
    /// Time from question to answer; what one index adds lets an old answer arrive first.
    Duration latency = milliseconds(80);
    std::array<Duration, 2> extra_latency{};

    /// For all locations that have no behaviour of their own.
    Holders default_holders = Holders::Honest;
    std::map<directory::Location, Holders> holders;

    /// Looked at before anything is stored, as real nodes do. Off: anything is stored.
    bool check_rules = true;

    /// Publications and look-ups since the start, to assert on traffic.
    std::size_t publications = 0;
    std::size_t lookups = 0;

  private:
    friend class FakeDirectory;

    struct Held {
        Timestamp when;
        Bytes data;
    };

    using NetworkId = PublicBytes<32, struct FakeNetworkTag>;

    struct Key {
        NetworkId network;
        directory::Slot slot;

        friend auto operator<=>(const Key&, const Key&) = default;
    };

    static NetworkId id_of(const identity::Network& network);

    /// Whether the record is what is held now: a holder keeps what is newer.
    Result<bool> put(const NetworkId& network, const directory::Record& record, Timestamp now);
    std::vector<Bytes> get(const NetworkId& network, const directory::Slot& slot, Timestamp now);

    std::map<Key, std::vector<Held>> records_;  // all that was ever held, oldest first
    std::vector<FakeDirectory*> members_;       // in the order of their making
};

}  // namespace kith::test
