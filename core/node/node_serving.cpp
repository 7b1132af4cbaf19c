// SPDX-License-Identifier: GPL-3.0-or-later
// What this device keeps for others, as the control API asks for it.
#include "core/node/node.h"
#include "core/node/services.h"

namespace kith::node {

MailboxServingView Node::mailbox_serving() const {
    const auto& services = *services_;
    MailboxServingView out;
    if (services.running) {
        out = services.running->host.view();
        out.offered = services.running->offers.offered();
        const bool stops = out.serve == mailbox::Serve::Off;
        out.handed_over = services.running->hand_off.handed_over();
        out.handing_over = stops && !services.running->hand_off.settled();
        return out;
    }
    out.serve = services.settings.mailbox.serve;
    return out;
}

void Node::serve_mailboxes(mailbox::Serve serve, std::uint64_t quota) {
    auto& services = *services_;
    services.settings.mailbox.serve = serve;
    services.settings.mailbox.quota = quota;
    if (!services.running || services.stopping) return;
    services.running->host.set_limits(services.settings.mailbox);
    services.running->offers.look();
    services.running->hand_off.changed();
}

}  // namespace kith::node
