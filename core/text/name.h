// SPDX-License-Identifier: GPL-3.0-or-later
// Rules for names that the user of this device chooses: their own, and local names of contacts.
// Names that peers choose are never refused, only displayed (display.h, skeleton.h).
#pragma once

#include "core/base/result.h"

#include <span>
#include <string>
#include <string_view>

namespace kith::text {

/// Names that mean something else as WHO: me, you, kith, system.
std::span<const std::string_view> reserved_names();

/// The name as it is stored: NFC, trimmed. InvalidArgument with the reason in words of the user:
/// empty, longer than 64 characters, reserved, or one that would read as an option, an address or
/// an id; or holding what cannot be shown.
Result<std::string> make_name(std::string_view typed);

/// Two names are the same for WHO when their keys are equal: NFC, case folded.
std::string name_key(std::string_view name);

}  // namespace kith::text
