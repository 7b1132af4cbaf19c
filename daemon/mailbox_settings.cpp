// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/mailbox_settings.h"

#include "core/base/size_text.h"
#include "core/mailbox/placement.h"

namespace kith::daemon {

mailbox::Serve serve_of(const Config& config) {
    if (config.mailbox_serve == "off") return mailbox::Serve::Off;
    if (config.mailbox_serve == "network") return mailbox::Serve::Network;
    return mailbox::Serve::Contacts;
}

std::size_t copies_of(const Config& config) {
    return number_of(config.copies).value_or(mailbox::copies_default);
}

std::uint64_t mailbox_quota_of(const Config& config) {
    return *parse_size(config.mailbox_quota);
}

}  // namespace kith::daemon
