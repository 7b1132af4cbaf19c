// SPDX-License-Identifier: GPL-3.0-or-later
// The file `format-version` and the way up from an older format, one step at a time. Newer data is
// refused before anything is touched. A step may be cut off by a crash at any point and is run
// again from its beginning: it must take rows that it has already converted.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/store/schema.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kith::store {

/// What the file says: "format 1\nwritten by kith 0.1.0\n".
struct FormatVersion {
    std::uint32_t format = format_version;
    std::string program;  // the version of kith that wrote it last, for people

    friend bool operator==(const FormatVersion&, const FormatVersion&) = default;
};

Bytes encode_format(const FormatVersion& version);

/// Corrupt: not such a file.
Result<FormatVersion> decode_format(ByteView file);

/// UnsupportedVersion: `found` is newer than `ours`; the context names both programs.
Result<> check_format(const FormatVersion& found, const FormatVersion& ours);

/// What a step can do to stored rows. Rows are opened and sealed under the schema it names.
struct MigrationRows {
    struct Row {
        Bytes key;
        Bytes value;
    };

    /// Rows of a table that are of this schema; those of another one are left out.
    std::function<Result<std::vector<Row>>(Table table, std::uint8_t schema)> read;
    /// Collected, and written by commit().
    std::function<void(Table table, std::uint8_t schema, const Row& row)> put;
    std::function<void(Table table, ByteView key)> erase;
    /// RocksEngine::settle().
    std::function<Result<>(Table table)> settle;
    std::function<Result<>()> commit;
};

/// From format `from` to from + 1.
struct MigrationStep {
    std::uint32_t from = 0;
    std::function<Result<>(MigrationRows& rows)> run;
};

/// The steps up to format_version, in order.
std::span<const MigrationStep> migration_steps();

/// Runs the steps from `found` to `ours`; `save` stores the format reached after each.
/// UnsupportedVersion: a step is missing.
Result<> migrate(std::uint32_t found,
                 std::uint32_t ours,
                 std::span<const MigrationStep> steps,
                 MigrationRows& rows,
                 const std::function<Result<>(std::uint32_t reached)>& save);

}  // namespace kith::store
