// SPDX-License-Identifier: GPL-3.0-or-later
// What a host knows of one link. Private to mailbox_host*.cpp.
#pragma once

#include "core/node/mailbox_host.h"

namespace kith::node {

/// What is pushed of one mailbox.
struct MailboxHost::Push {
    explicit Push(std::vector<std::uint32_t> env_ids) : window(std::move(env_ids)) {}

    mailbox::PushWindow window;
    /// The owner was told that there is more than was pushed, and has not asked for it yet.
    bool behind = false;
};

struct MailboxHost::Client {
    explicit Client(const asio::any_io_executor& executor) : answered(executor) {}

    bool picks_up(const crypto::LeaseId& lease) const {
        return std::ranges::any_of(pickups,
                                   [&](const auto& pickup) { return pickup.lease == lease; });
    }

    mailbox::HostLink link;
    std::size_t unanswered = 0;
    AsyncEvent answered;
    /// Served one after the other.
    std::deque<mailbox::PickupProgress> pickups;
    bool sending = false;
    std::map<crypto::LeaseId, Push> pushes;
};

}  // namespace kith::node
