// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/migrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace kith::store {

namespace {

constexpr std::string_view format_word = "format ";
constexpr std::string_view program_word = "written by kith ";

// Format 2 keeps rows with random keys in a family of their own.
Result<> index_apart(MigrationRows& rows) {
    KITH_CHECK(rows.settle(Table::MessageIndex));
    return rows.settle(Table::Seen);
}

}  // namespace

Bytes encode_format(const FormatVersion& version) {
    return to_bytes(as_bytes(
        fmt::format("{}{}\n{}{}\n", format_word, version.format, program_word, version.program)));
}

Result<FormatVersion> decode_format(ByteView file) {
    const auto broken = [] { return fail(Code::Corrupt, "the file format-version is damaged"); };
    std::string_view text = as_text(file);
    if (!text.starts_with(format_word)) return broken();
    text.remove_prefix(format_word.size());
    FormatVersion version;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), version.format);
    if (error != std::errc{} || version.format == 0) return broken();
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with('\n')) return broken();
    text.remove_prefix(1);
    if (!text.starts_with(program_word)) return broken();
    text.remove_prefix(program_word.size());
    const std::size_t line = text.find('\n');
    if (line == std::string_view::npos || line == 0) return broken();
    // Lines behind are a later version's.
    version.program = text.substr(0, line);
    return version;
}

Result<> check_format(const FormatVersion& found, const FormatVersion& ours) {
    if (found.format <= ours.format) return {};
    return fail(
        Code::UnsupportedVersion,
        fmt::format("database was written by kith {}, this is {}", found.program, ours.program));
}

std::span<const MigrationStep> migration_steps() {
    static const std::array<MigrationStep, 1> steps{MigrationStep{1, index_apart}};
    return steps;
}

Result<> migrate(std::uint32_t found,
                 std::uint32_t ours,
                 std::span<const MigrationStep> steps,
                 MigrationRows& rows,
                 const std::function<Result<>(std::uint32_t reached)>& save) {
    for (std::uint32_t at = found; at < ours; ++at) {
        const auto step = std::ranges::find(steps, at, &MigrationStep::from);
        if (step == steps.end())
            return fail(Code::UnsupportedVersion,
                        fmt::format("no way from database format {} to {}", at, ours));
        KITH_CHECK(step->run(rows));
        KITH_CHECK(rows.commit());
        KITH_CHECK(save(at + 1));
    }
    return {};
}

}  // namespace kith::store
