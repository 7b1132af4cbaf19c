// SPDX-License-Identifier: GPL-3.0-or-later
// How kithd says that it cannot start: to people on the standard error, to programs as the object
// `error` of schema v1.
#pragma once

#include "core/api/failure.h"

#include <string>

namespace kith::daemon {

/// "error: ..." / facts, indented / "try: ...": displayed, with line ends.
std::string failure_text(const api::Failure& failure);

/// {"v":1,"type":"error",...} without a line end.
std::string failure_object(const api::Failure& failure);

}  // namespace kith::daemon
