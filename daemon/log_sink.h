// SPDX-License-Identifier: GPL-3.0-or-later
// Where log records go: one line each, escaped, with the time. Either a file of its own, four of
// 8 MiB in turn, or the standard error, for a terminal or a journal.
#pragma once

#include "core/base/log.h"
#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace kith::daemon {

/// nullopt: not one of error warn info debug trace.
std::optional<log::Level> parse_level(std::string_view word);

/// Installs the sink; an empty path means the standard error. Internal: the file cannot be opened.
/// Afterwards a failing write (a full disk) is silently a lost record.
Result<> install_log_sink(const std::string& file, log::Level level);

}  // namespace kith::daemon
