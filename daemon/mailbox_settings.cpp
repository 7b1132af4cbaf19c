// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/mailbox_settings.h"

#include "core/base/size_text.h"

namespace kith::daemon {

mailbox::Serve serve_of(const Config& config) {
    if (config.mailbox_serve == "off") return mailbox::Serve::Off;
    if (config.mailbox_serve == "network") return mailbox::Serve::Network;
    return mailbox::Serve::Contacts;
}

std::uint64_t mailbox_quota_of(const Config& config) {
    return *parse_size(config.mailbox_quota);
}

}  // namespace kith::daemon
