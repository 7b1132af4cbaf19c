// SPDX-License-Identifier: GPL-3.0-or-later
// The next step after a failure: what the daemon cannot know, since it is about commands and about
// what was typed.
#pragma once

#include "core/api/failure.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::cli {

/// Names of the contacts; empty when the daemon does not tell.
using ContactNames = std::function<std::vector<std::string>()>;

/// Adds a command to paste where the failure has none, and for a mistyped WHO the name that was
/// probably meant. `names` is asked only for that.
void complete(api::Failure& failure, std::string_view who, const ContactNames& names);

}  // namespace kith::cli
