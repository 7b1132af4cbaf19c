// SPDX-License-Identifier: GPL-3.0-or-later
// What became of our messages, in the words of whoever may say it: "delivered" and "read" by a
// device of the recipient, "failed" and "expired" by this one.
//
// A receipt names up to 512 messages, nearly always neighbours, so rows hold runs: one row says
// that a device told one state for the orders first..last of a chat at one time. Runs of one device
// and state never overlap, because a message gets each state from a device once.
#pragma once

#include "core/node/views.h"
#include "core/store/store.h"

#include <map>
#include <vector>

namespace kith::node {

/// Part of the disk format: never renumber.
/// Stored is told in events only: how many hosts keep a message now is known by its copies.
enum class Outcome : std::uint8_t { Delivered = 1, Read = 2, Failed = 3, Expired = 4, Stored = 5 };

MessageState to_state(Outcome outcome);

/// Neighbouring orders of one chat that got the same outcome at the same time.
struct Run {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    Timestamp time;
};

struct DeviceOutcome {
    Outcome outcome = Outcome::Delivered;
    crypto::DeviceId device;
    Timestamp time;
};

class DeliveryLog {
  public:
    explicit DeliveryLog(const store::Store& store) : store_(store) {}

    /// Requires: none of the run's orders has that outcome from that device yet.
    void put(store::Changes& changes,
             const crypto::AccountKey& chat,
             Outcome outcome,
             const crypto::DeviceId& device,
             const Run& run) const;

    /// Takes an outcome back: `msg retry` after a failure. Splits the run it was in.
    Result<> take_back(store::Changes& changes,
                       const crypto::AccountKey& chat,
                       Outcome outcome,
                       const crypto::DeviceId& device,
                       std::uint64_t order) const;

    /// Everything known about the orders first..last.
    Result<std::multimap<std::uint64_t, DeviceOutcome>> load(const crypto::AccountKey& chat,
                                                             std::uint64_t first,
                                                             std::uint64_t last) const;

  private:
    Bytes prefix(const crypto::AccountKey& chat, Outcome outcome) const;

    const store::Store& store_;
};

/// The best of what the devices said; nullopt when nobody said anything.
std::optional<DeviceOutcome> best(const std::multimap<std::uint64_t, DeviceOutcome>& outcomes,
                                  std::uint64_t order);

}  // namespace kith::node
