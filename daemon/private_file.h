// SPDX-License-Identifier: GPL-3.0-or-later
// Files and directories that belong to one person: 0600 and 0700 whatever the umask, never through
// a symbolic link, replaced in one step.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <optional>
#include <string>

namespace kith::daemon {

/// Makes the directory and those above it, 0700. Refused: it is a symbolic link, belongs to
/// another user, or others may enter and its mode cannot be changed.
Result<> make_private_directory(const std::string& path);

/// nullopt: there is no such file. Refused: a symbolic link, not a file, another user's, or
/// readable by others (`secret` only). TooLarge: beyond `limit` bytes.
enum class Privacy { Settings, Secret };
Result<std::optional<Bytes>> read_private_file(const std::string& path,
                                               std::size_t limit,
                                               Privacy privacy);

/// Writes beside it, syncs, renames, syncs the directory: after a crash the old or the new content
/// is there. DiskFull, ReadOnly, Internal.
Result<> replace_private_file(const std::string& path, ByteView content);

/// An Error for errno: DiskFull, ReadOnly, NotFound, Refused (permissions), else Internal.
Error system_error(std::string what, int number);

}  // namespace kith::daemon
