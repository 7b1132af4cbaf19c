// SPDX-License-Identifier: GPL-3.0-or-later
// What the node refuses, in the words of the user: docs/spec/control-api.md#errors.
#pragma once

#include "core/api/failure.h"
#include "core/base/error.h"
#include "core/node/node.h"

#include <string_view>

namespace kith::daemon {

/// Of a call with WHO: no-contact with the nearest name, ambiguous with what fits.
api::Failure contact_failure(const node::Node& node, const Error& error, std::string_view who);

/// Of message.send, and the rest of contact_failure().
api::Failure send_failure(const node::Node& node, const Error& error, std::string_view who);

/// Of a call with a message id.
api::Failure message_failure(const Error& error);
/// no-message: not an id.
api::Outcome<crypto::MessageId> parse_message(std::string_view text);

/// Of a call with an address.
api::Failure address_failure(const Error& error);

/// Full disk, read-only and corrupt stores, with facts; the rest as from_error() has it.
api::Failure store_failure(const Error& error);

}  // namespace kith::daemon
