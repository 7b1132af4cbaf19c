// SPDX-License-Identifier: GPL-3.0-or-later
// Every message says which device lists its sender knows, its own and ours. So a list that somebody
// withheld or rolled back shows at the first two-way exchange, and is mended in-session.
//
//   the peer knows an older list of ours   -> our list is told, once
//   the peer has a newer list than we know -> it is asked for, once
//   the peer has seen a list of ours that we never made -> the user is warned, once
//
// Strand only. Specification: docs/spec/identity.md#freshness.
#pragma once

#include "core/message/payload.h"
#include "core/node/contact_book.h"
#include "core/node/profile.h"
#include "core/node/sender.h"

#include <unordered_map>

namespace kith::node {

class ListExchange {
  public:
    ListExchange(const Profile& profile, ContactBook& contacts, Sender& sender)
        : profile_(profile), contacts_(contacts), sender_(sender) {}

    /// A message of a contact was opened; what it leads to goes into the step.
    void compare(Transaction& step,
                 const crypto::AccountKey& account,
                 const crypto::DeviceId& device,
                 const message::Payload& payload);

  private:
    /// What was said to a device since start: it has to be read before it shows.
    struct Said {
        std::uint64_t told = 0;
        std::uint64_t asked = 0;
        bool warned = false;
    };

    const Profile& profile_;
    ContactBook& contacts_;
    Sender& sender_;
    std::unordered_map<crypto::DeviceId, Said> said_;
};

}  // namespace kith::node
