// SPDX-License-Identifier: GPL-3.0-or-later
// What contacts' clocks say about ours. One contact has one voice and our own clock another, and
// the middle one counts: no single peer can make this device doubt its clock. Value type.
#pragma once

#include "core/base/time.h"
#include "core/crypto/keys.h"

#include <optional>
#include <unordered_map>

namespace kith::node {

class PeerClocks {
  public:
    /// Voices that are remembered; more are not listened to.
    static constexpr std::size_t max_voices = 1024;

    void note(const crypto::AccountKey& contact, Duration offset);

    void forget(const crypto::AccountKey& contact) { voices_.erase(contact); }

    /// How far others are ahead of us, by the middle voice; of two the one nearer to zero. nullopt:
    /// nobody has said anything.
    std::optional<Duration> offset() const;

  private:
    std::unordered_map<crypto::AccountKey, Duration> voices_;
};

}  // namespace kith::node
