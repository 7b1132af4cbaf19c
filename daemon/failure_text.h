// SPDX-License-Identifier: GPL-3.0-or-later
// A failure as kithd prints it for people.
#pragma once

#include "core/api/failure.h"

#include <string>

namespace kith::daemon {

/// "error: ..." / facts, indented / "try: ...": displayed, with line ends.
std::string failure_text(const api::Failure& failure);

/// To standard error. Where even that does not go, nobody is left to be told.
void print_error(const std::string& text);

}  // namespace kith::daemon
