// SPDX-License-Identifier: GPL-3.0-or-later
// What the section [mailbox] and `delivery.copies` mean.
#pragma once

#include "core/mailbox/box.h"
#include "daemon/config.h"

namespace kith::daemon {

/// Words as in the file: off contacts network. Requires: a value that the key's check has passed.
mailbox::Serve serve_of(const Config& config);

/// Mailboxes that are to keep our mail. Requires: as above.
std::size_t copies_of(const Config& config);

/// Bytes. Requires: as above.
std::uint64_t mailbox_quota_of(const Config& config);

}  // namespace kith::daemon
