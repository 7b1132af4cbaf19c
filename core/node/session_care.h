// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps sessions fit while nobody looks: drops keys whose time is over, turns a ratchet that only
// listens, and begins a new session where the old one is lost, was restored from an older copy, or
// stays silent although its device is about.
//
// Pure policy is in core/session; this asks it, for everybody once an hour, some at a time.
// Strand only. Specification: docs/spec/session.md#care.
#pragma once

#include "core/node/courier.h"

#include <optional>

namespace kith::node {

class SessionCare {
  public:
    /// Everybody is looked at once in this many calls of look().
    static constexpr std::size_t rounds = 6;
    /// Messages that left less than this ago say nothing about the session.
    static constexpr Duration settled = hours(1);

    struct Parts {
        ContactBook& contacts;
        Sender& sender;
        Outbox& outbox;
        store::Store& store;
        store::SessionTable& sessions;
        Courier& courier;
        Clock& clock;
    };

    explicit SessionCare(Parts parts) : parts_(parts) {}

    /// Looks at the next part of the contacts. Call every ten minutes; what changes goes into the
    /// step, new sessions are begun by the courier. Requires: the store takes changes.
    void look(Transaction& step);

  private:
    void tend(Transaction& step, const identity::Contact& contact, const crypto::DeviceId& device);
    bool silent(const identity::Contact& contact, const crypto::DeviceId& device) const;

    Parts parts_;
    std::size_t round_ = 0;
    /// Rounds since it was noticed that this is a restored copy.
    std::optional<std::size_t> rewound_;
};

}  // namespace kith::node
