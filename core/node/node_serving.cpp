// SPDX-License-Identifier: GPL-3.0-or-later
// What this device keeps for others, as the control API asks for it.
#include "core/node/node.h"
#include "core/node/services.h"

namespace kith::node {

MailboxServingView Node::mailbox_serving() const {
    const auto& services = *services_;
    if (services.running) return services.running->host.view();
    MailboxServingView out;
    out.serve = services.settings.mailbox.serve;
    return out;
}

}  // namespace kith::node
