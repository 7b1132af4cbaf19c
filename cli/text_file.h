// SPDX-License-Identifier: GPL-3.0-or-later
// Bounded reading of a file, a pipe or the standard input.
#pragma once

#include "core/base/result.h"

#include <string>

namespace kith::cli {

/// Everything until the end. TooLarge: more than `limit` bytes; NotFound: it cannot be read.
Result<std::string> read_all(int descriptor, std::size_t limit);

/// NotFound: no such file, or it cannot be read.
Result<std::string> read_text_file(const std::string& path, std::size_t limit);

}  // namespace kith::cli
